"""Who or what changed which record when."""

from crmcorner.history.models.history_line import HistoryLine

__all__ = ["HistoryLine"]
