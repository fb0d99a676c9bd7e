"""The Django app of ``crmcorner.demo``."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Names the app; it has no tables, only the command."""

    name = "crmcorner.demo"
    label = "demo"
