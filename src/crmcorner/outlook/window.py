"""R60: the days whose appointments are kept in step."""

from datetime import timedelta

from django.utils import timezone

from crmcorner.accounts.models import User
from crmcorner.mailbox.protocol import Window
from crmcorner.preferences.services.settings import values_of


def window_of(user: User) -> Window:
    """Return the window as of today, in the firm's time zone."""
    today, values = timezone.localdate(), values_of(user)
    return Window(
        first=today - timedelta(days=int(values["CRM_MeetingPastDays"])),
        last=today + timedelta(days=int(values["CRM_MeetingFutureDays"])),
        zone=timezone.get_current_timezone_name(),
    )
