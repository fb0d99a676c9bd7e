"""The Django app of ``crmcorner.preferences``."""

from django.apps import AppConfig


class PreferencesConfig(AppConfig):
    """Names the app."""

    name = "crmcorner.preferences"
    label = "preferences"
    default_auto_field = "django.db.models.BigAutoField"
