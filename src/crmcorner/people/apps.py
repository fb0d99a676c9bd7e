"""The Django app of ``crmcorner.people``."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Names the app."""

    name = "crmcorner.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
