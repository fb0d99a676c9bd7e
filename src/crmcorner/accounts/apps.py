"""The Django app of ``crmcorner.accounts``."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Names the app."""

    name = "crmcorner.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
