"""The Django app of ``crmcorner.history``."""

from django.apps import AppConfig


class HistoryConfig(AppConfig):
    """Names the app."""

    name = "crmcorner.history"
    label = "history"
    default_auto_field = "django.db.models.BigAutoField"
