"""Names of time zones, as Outlook writes them and as we do.

Source: Graph: dateTimeTimeZone (Windows' names, and IANA's); event (``tzone://Microsoft/Custom`` and ``…/Utc``, which
are names of Outlook's own and stand for UTC). The table of Windows' names is that of Unicode's CLDR.
"""

from datetime import UTC, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

_UTC = frozenset({"UTC", "GMT", "Z", "ETC/UTC"})
_WINDOWS = {name.casefold(): olson for name, olson in WINDOWS_TO_OLSON.items()}


def zone_of(name: str) -> tzinfo:
    """Return the rules of a zone; those of UTC for a name that nobody knows."""
    known = iana_name(name)
    return UTC if known == "UTC" else ZoneInfo(known)


@lru_cache(maxsize=500)
def iana_name(name: str) -> str:
    """Return the IANA name of a zone by whatever name it goes, "UTC" for one that nobody knows."""
    if not name or name.startswith("tzone:") or name.upper() in _UTC:
        return "UTC"
    found = _WINDOWS.get(name.casefold(), name)
    try:
        return ZoneInfo(found).key
    except (ValueError, OSError, KeyError):
        return "UTC"
