"""How an appointment repeats, as a part of its form (R63)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext_lazy as _

from crmcorner.items.recurrence import LAST, Pattern, Recurrence
from crmcorner.people.forms import StyledForm
from crmcorner.planning.series import written_out
from crmcorner.planning.validation import known_day

PATTERNS = [
    ("", _("does not repeat")),
    (Pattern.DAILY.value, _("daily")),
    (Pattern.WEEKLY.value, _("weekly")),
    (Pattern.MONTHLY.value, _("monthly, on a day of the month")),
    (Pattern.MONTHLY_WEEKDAY.value, _("monthly, on a day of the week")),
    (Pattern.YEARLY.value, _("yearly, on a date")),
    (Pattern.YEARLY_WEEKDAY.value, _("yearly, on a day of the week")),
]
_AS_BEGUN = ("", _("that of the first day"))
NTH = [_AS_BEGUN, (1, _("first")), (2, _("second")), (3, _("third")), (4, _("fourth")), (LAST, _("last"))]
ENDINGS = [("never", _("no end")), ("until", _("on a day")), ("times", _("after a number of times"))]

_MOST = 999
"""The largest interval and count that Outlook takes."""

_WEEKLY, _MONTHLY, _YEARLY = "weekly", "monthly monthly-weekday", "yearly yearly-weekday"
_ON_WEEKDAYS = "weekly monthly-weekday yearly-weekday"
_ON_NTH = "monthly-weekday yearly-weekday"

SHOWN_FOR = {
    "every": f"daily {_WEEKLY} {_MONTHLY} {_YEARLY}",
    "nth": _ON_NTH,
    "day_of_month": "monthly yearly",
    "month": _YEARLY,
    "weekdays": _ON_WEEKDAYS,
    "ending": f"daily {_WEEKLY} {_MONTHLY} {_YEARLY}",
    "until": "until",
    "times": "times",
}
"""By field, the words that let it show: a pattern, or a way of ending."""


class RecurrenceForm(StyledForm):
    """The fields of a rule. Days that are left out are those of the first occurrence."""

    repeats = forms.ChoiceField(label=_("Repetition"), choices=PATTERNS, required=False)
    every = forms.IntegerField(
        label=_("Every"),
        required=False,
        min_value=1,
        max_value=_MOST,
        help_text=_("1: each day, week, month or year; 2: every other one."),
    )
    nth = forms.TypedChoiceField(label=_("Which"), choices=NTH, coerce=int, required=False)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        required=False,
        help_text=_("None: that of the first day."),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "weekdays"}),
    )
    day_of_month = forms.IntegerField(
        label=_("Day of the month"),
        required=False,
        min_value=1,
        max_value=31,
        help_text=_("Empty: that of the first day. A day that a month does not have is its last one."),
    )
    month = forms.TypedChoiceField(
        label=_("Month"), choices=[_AS_BEGUN, *MONTHS.items()], coerce=int, required=False
    )
    ending = forms.ChoiceField(label=_("Ends"), choices=ENDINGS, required=False)
    until = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[known_day],
    )
    times = forms.IntegerField(label=_("Number of times"), required=False, min_value=1, max_value=_MOST)

    def repetition(self) -> Sequence[tuple[forms.BoundField, str]]:
        """Return the fields of the rule but for its pattern, each with the words that let it show."""
        return [(self[name], words) for name, words in SHOWN_FOR.items() if name in self.fields]

    @property
    def repetition_names(self) -> frozenset[str]:
        """The names of those fields, which do not stand among the others."""
        return frozenset(SHOWN_FOR)

    def clean(self) -> dict[str, Any]:
        """Refuse a rule that says how it ends but not when."""
        given = super().clean() or {}
        if not given.get("repeats"):
            return given
        if given.get("ending") == "until" and not given.get("until"):
            self._missing("until", _("Fill in the last day."))
        if given.get("ending") == "times" and not given.get("times"):
            self._missing("times", _("Fill in how many times it happens."))
        return given

    def rule(self, first: date, first_weekday: int) -> Recurrence | None:
        """Return the rule that the form says; None for what does not repeat.

        Args:
            first: the day on which the appointment begins, in the reader's zone.
            first_weekday: with what day a week begins for the series, Monday is 0.
        """
        given = self.cleaned_data
        if not given["repeats"]:
            return None
        ending = given["ending"] or "never"
        return written_out(
            Recurrence(
                pattern=Pattern(given["repeats"]),
                interval=given["every"] or 1,
                weekdays=tuple(sorted(given["weekdays"])),
                first_weekday=first_weekday,
                day=given["day_of_month"] or 0,
                month=given["month"] or 0,
                nth=given["nth"] or 0,
                first=first,
                last=given["until"] if ending == "until" else None,
                count=given["times"] if ending == "times" else 0,
            )
        )

    def _missing(self, name: str, text: Any) -> None:
        if name not in self.errors:
            self.add_error(name, ValidationError(text))


def initial_rule(rule: Recurrence | None) -> dict[str, Any]:
    """Return what the fields begin with: what a rule says, or nothing but that it is every time."""
    if rule is None:
        return {"repeats": "", "every": 1, "ending": "never"}
    known = written_out(rule)
    return {
        "repeats": rule.pattern.value,
        "every": known.interval,
        "weekdays": list(known.weekdays),
        "nth": known.nth or None,
        "day_of_month": known.day or None,
        "month": known.month or None,
        "ending": "until" if known.last else "times" if known.count else "never",
        "until": known.last,
        "times": known.count or None,
    }
