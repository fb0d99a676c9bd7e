"""The Django app of ``crmcorner.portal``."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Names the app."""

    name = "crmcorner.portal"
    label = "portal"
    default_auto_field = "django.db.models.BigAutoField"
