"""The Django app of ``crmcorner.mail``."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    """Names the app."""

    name = "crmcorner.mail"
    label = "mail"
    default_auto_field = "django.db.models.BigAutoField"
