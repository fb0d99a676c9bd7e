"""The ids of occurrences: those of their series with the day of the occurrence behind."""

import base64
import binascii
from datetime import date

_MARK = b"\x01"
# The lengths of the two forms of an item's id, without a day (`store.ids`).
_LENGTHS = (113, 53)
_DAY_BYTES = 4
_GLOBAL_ID = "040000008200E00074C5B7101A82E008"


def of_day(series_id: str, day: date) -> str:
    """The id of the occurrence of a day, in the form that the series' id has."""
    raw = base64.urlsafe_b64decode(series_id)
    return base64.urlsafe_b64encode(raw + _MARK + day.toordinal().to_bytes(_DAY_BYTES, "big")).decode()


def series_and_day(identifier: str) -> tuple[str, date | None]:
    """The series' id and the day in an occurrence's id; any other id stays as it is."""
    try:
        raw = base64.urlsafe_b64decode(identifier)
    except (binascii.Error, ValueError):
        return identifier, None
    tail = len(_MARK) + _DAY_BYTES
    if len(raw) - tail not in _LENGTHS or raw[-tail:-_DAY_BYTES] != _MARK:
        return identifier, None
    ordinal = int.from_bytes(raw[-_DAY_BYTES:], "big")
    if not 1 <= ordinal <= date.max.toordinal():
        return identifier, None
    return base64.urlsafe_b64encode(raw[:-tail]).decode(), date.fromordinal(ordinal)


def new_uid(guid: str) -> str:
    """The iCalUId of an event that Outlook made (MS-OXOCAL: PidLidGlobalObjectId), from a GUID."""
    return f"{_GLOBAL_ID}00000000{'0' * 16}{'0' * 16}10000000{guid.replace('-', '').upper()}"


def uid_of_day(uid: str, day: date) -> str:
    """The iCalUId of an occurrence: another one for each (Graph: event resource)."""
    if uid.upper().startswith(_GLOBAL_ID) and len(uid) > len(_GLOBAL_ID) + 8:
        stamp = f"{day.year:04X}{day.month:02X}{day.day:02X}"
        return uid[: len(_GLOBAL_ID)] + stamp + uid[len(_GLOBAL_ID) + 8 :]
    return f"{uid}_{day:%Y%m%d}"
