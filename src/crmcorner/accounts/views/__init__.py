"""The pages of employees, departments, users and user groups: one page, one module."""
