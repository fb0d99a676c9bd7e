"""The Django app of ``crmcorner.folders``."""

from django.apps import AppConfig


class FoldersConfig(AppConfig):
    """Names the app."""

    name = "crmcorner.folders"
    label = "folders"
    default_auto_field = "django.db.models.BigAutoField"
