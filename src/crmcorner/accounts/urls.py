"""Addresses of the pages of users, user groups, employees and departments."""

from django.urls import path

from crmcorner.accounts.views import departments, employees, user_groups, users

app_name = "accounts"

urlpatterns = [
    path("employees/", employees.employee_list, name="employee-list"),
    path("employees/add/", employees.employee_add, name="employee-add"),
    path("employees/<int:pk>/", employees.employee_edit, name="employee-edit"),
    path("employees/<int:pk>/delete/", employees.employee_delete, name="employee-delete"),
    path("employees/<int:pk>/restore/", employees.employee_restore, name="employee-restore"),
    path("users/", users.user_list, name="user-list"),
    path("users/add/", users.user_add, name="user-add"),
    path("users/<int:pk>/", users.user_edit, name="user-edit"),
    path("user-groups/", user_groups.user_group_list, name="user-group-list"),
    path("user-groups/add/", user_groups.user_group_add, name="user-group-add"),
    path("user-groups/<int:pk>/", user_groups.user_group_edit, name="user-group-edit"),
    path("user-groups/<int:pk>/delete/", user_groups.user_group_delete, name="user-group-delete"),
    path("departments/", departments.department_list, name="department-list"),
    path("departments/add/", departments.department_add, name="department-add"),
    path("departments/<int:pk>/", departments.department_edit, name="department-edit"),
    path("departments/<int:pk>/delete/", departments.department_delete, name="department-delete"),
]
