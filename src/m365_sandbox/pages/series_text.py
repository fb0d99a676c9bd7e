"""A recurrence in words, as Outlook says it."""

from datetime import date

from m365_sandbox import wording
from m365_sandbox.store.records import JsonObject
from m365_sandbox.store.series import DAYS, INDEXES
from m365_sandbox.wording import Said

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
# Each as a whole sentence, so that every language may order it as it likes.
_EVERY = {
    "daily": ("Every day", "Every {interval} days"),
    "weekly": ("Every week on {days}", "Every {interval} weeks on {days}"),
    "absoluteMonthly": ("On day {day} of every month", "On day {day} of every {interval} months"),
    "relativeMonthly": (
        "On the {index} {days} of every month",
        "On the {index} {days} of every {interval} months",
    ),
    "absoluteYearly": ("On {day} {month} of every year", "On {day} {month} of every {interval} years"),
    "relativeYearly": (
        "On the {index} {days} of {month} of every year",
        "On the {index} {days} of {month} of every {interval} years",
    ),
}


def in_words(recurrence: JsonObject) -> Said:
    """The pattern and the end of a series."""
    pattern, range_ = recurrence["pattern"], recurrence["range"]
    one, several = _EVERY[pattern["type"]]
    pattern_text = wording.Said(
        one if pattern["interval"] == 1 else several,
        interval=pattern["interval"],
        days=_listed(pattern["daysOfWeek"]),
        day=pattern["dayOfMonth"],
        index=wording.Said(pattern["index"]),
        month=wording.Said(_MONTHS[max(1, pattern["month"]) - 1]),
    )
    if range_["type"] == "numbered":
        return Said("{pattern}, {number} times", pattern=pattern_text, number=range_["numberOfOccurrences"])
    if range_["type"] == "endDate":
        last = date.fromisoformat(range_["endDate"])
        return Said("{pattern}, until {day}", pattern=pattern_text, day=f"{last:%d-%m-%Y}")
    return pattern_text


def _listed(days: list[str]) -> Said:
    names = {f"d{at}": wording.Said(day.capitalize()) for at, day in enumerate(days)}
    return wording.Said(", ".join(f"{{{name}}}" for name in names), **names)


def texts() -> set[str]:
    """Every text that a recurrence in words is made of, for the translation."""
    sentences = {text for both in _EVERY.values() for text in both}
    return sentences | {*_MONTHS, *INDEXES, *map(str.capitalize, DAYS)}
