"""Who works here: users, groups of users, employees, departments."""

from crmcorner.accounts.models.department import Department
from crmcorner.accounts.models.employee import Employee, EmployeeAddress
from crmcorner.accounts.models.user import User
from crmcorner.accounts.models.user_group import UserGroup

__all__ = ["Department", "Employee", "EmployeeAddress", "User", "UserGroup"]
