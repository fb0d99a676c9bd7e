"""The Django app of ``crmcorner.outlook``."""

from django.apps import AppConfig


class OutlookConfig(AppConfig):
    """Names the app."""

    name = "crmcorner.outlook"
    label = "outlook"
    default_auto_field = "django.db.models.BigAutoField"
