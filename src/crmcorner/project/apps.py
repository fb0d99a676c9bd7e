"""The Django app of ``crmcorner.project``: it has no tables, only commands."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Names the app."""

    name = "crmcorner.project"
    label = "project"
