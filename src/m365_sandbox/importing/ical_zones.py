"""Time zones of a file of iCalendar, by names that Outlook accepts.

A TZID may be any text; what it means stands in a VTIMEZONE (RFC 5545 §3.6.5). Names of Windows and of the IANA
database are taken as they are; another zone is compared with those, by its offsets around the event.
"""

from datetime import UTC, datetime, tzinfo
from functools import cache

from icalendar import Timezone
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from m365_sandbox import time_zones
from m365_sandbox.wording import Said

_OPAQUE = {time_zones.CUSTOM.casefold()}
# Moments on both sides of every change to and from summer time that any zone makes.
_SAMPLES = tuple((month, day) for month in range(1, 13) for day in (2, 9, 16, 23, 28))


class UnknownZoneError(ValueError):
    """Outlook knows no zone like this one; `reason` is for people."""

    def __init__(self, reason: Said) -> None:
        super().__init__(reason)
        self.reason = reason


class Zones:
    """Finds zones for the entries of one file.

    Args:
        home: the mailbox's zone, in whose days all-day events lie.

    Attributes:
        floating: the zone in which times without a zone are read: the mailbox's, unless the file names one.
    """

    def __init__(self, home: str) -> None:
        self.home = home
        self.floating = home
        self._rules: dict[str, tuple[tzinfo, str]] = {}

    def float_in(self, name: str) -> None:
        """Read times without a zone in this one (X-WR-TIMEZONE) when it is known."""
        if name.casefold() not in _OPAQUE and time_zones.zone(name) is not None:
            self.floating = name

    def describe(self, text: str) -> None:
        """Take in a VTIMEZONE."""
        try:
            component = Timezone.from_ical(text)
            if not isinstance(component, Timezone):
                return
            name = str(component.get("TZID", ""))
            rules = component.to_tz(lookup_tzid=False)
        except (ValueError, KeyError, AttributeError, TypeError):
            return  # an event that names it says that its zone is unknown
        if name:
            self._rules[name.casefold()] = (rules, str(component.get("X-LIC-LOCATION", "")))

    def named(self, tzid: str, at: datetime) -> tuple[str, Said | None]:
        """The name of a zone that Outlook accepts, and a note when it is another name.

        Args:
            tzid: the TZID of a property.
            at: the wall clock time for which it must be right, and the year around it.

        Raises:
            UnknownZoneError: when no zone fits.
        """
        bare = tzid.strip().strip('"')
        if bare.casefold() not in _OPAQUE:
            found = _accepted(bare)
            if found is not None:
                return found, None
        described = self._rules.get(bare.casefold())
        if described is None:
            raise UnknownZoneError(
                Said("The time zone {name} is not known, and the file does not say what it is.", name=bare)
            )
        rules, location = described
        for name in (location, self.home, *_names()):
            if name and (candidate := time_zones.zone(name)) and _alike(rules, candidate, at.year):
                return name, Said("The time zone {name} was taken for {found}.", name=bare, found=name)
        raise UnknownZoneError(Said("Outlook knows no time zone with the rules of {name}.", name=bare))


def _accepted(name: str) -> str | None:
    """The name itself, or what stands behind a prefix as in `/freeassociation.sourceforge.net/Europe/Paris`."""
    pieces = name.split("/")
    for at in range(len(pieces)):
        shorter = "/".join(pieces[at:])
        if shorter and time_zones.zone(shorter) is not None:
            return shorter
    return None


@cache
def _names() -> tuple[str, ...]:
    """Windows names, those of Europe first: most calendars here come from there."""
    names = sorted(WINDOWS_TO_OLSON)
    return tuple(sorted(names, key=lambda name: not WINDOWS_TO_OLSON[name].startswith("Europe/")))


def _alike(rules: tzinfo, candidate: tzinfo, year: int) -> bool:
    year = min(max(year, 1900), 2100)
    for month, day in _SAMPLES:
        at = datetime(year, month, day, 12, tzinfo=UTC)
        if at.replace(tzinfo=rules).utcoffset() != at.replace(tzinfo=candidate).utcoffset():
            return False
    return True
