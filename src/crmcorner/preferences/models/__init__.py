"""The rows behind System administration → Settings."""

from crmcorner.preferences.models.setting import Setting

__all__ = ["Setting"]
