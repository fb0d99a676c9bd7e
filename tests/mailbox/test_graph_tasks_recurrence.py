"""How Graph writes a repetition, and ours, are the same thing."""

from datetime import date
from typing import Any

import pytest

from crmcorner.items.recurrence import LAST, Pattern, Recurrence
from crmcorner.mailbox.graph.recurrence_json import NotExpressible, recurrence_from, recurrence_to

FIRST = date(2026, 11, 10)
NO_END = {"type": "noEnd", "startDate": "2026-11-10", "endDate": "0001-01-01", "numberOfOccurrences": 0}
UNSAID = {"month": 0, "dayOfMonth": 0, "daysOfWeek": [], "firstDayOfWeek": "sunday", "index": "first"}
"""What the service fills in where a member means nothing."""

RULES: list[tuple[Recurrence, dict[str, Any]]] = [
    (Recurrence(pattern=Pattern.DAILY, interval=3, first=FIRST), {"type": "daily", "interval": 3}),
    (
        Recurrence(pattern=Pattern.WEEKLY, interval=2, weekdays=(0, 4), first_weekday=0, first=FIRST),
        {"type": "weekly", "interval": 2, "daysOfWeek": ["monday", "friday"], "firstDayOfWeek": "monday"},
    ),
    (
        Recurrence(pattern=Pattern.WEEKLY, weekdays=(1,), first_weekday=6, first=FIRST),
        {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"], "firstDayOfWeek": "sunday"},
    ),
    (
        Recurrence(pattern=Pattern.MONTHLY, day=31, first=FIRST),
        {"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 31},
    ),
    (
        Recurrence(pattern=Pattern.MONTHLY_WEEKDAY, weekdays=(1,), nth=LAST, first=FIRST),
        {"type": "relativeMonthly", "interval": 1, "daysOfWeek": ["tuesday"], "index": "last"},
    ),
    (
        Recurrence(pattern=Pattern.YEARLY, day=29, month=2, first=FIRST),
        {"type": "absoluteYearly", "interval": 1, "dayOfMonth": 29, "month": 2},
    ),
    (
        Recurrence(pattern=Pattern.YEARLY_WEEKDAY, weekdays=(5, 6), nth=2, month=11, first=FIRST),
        {
            "type": "relativeYearly",
            "interval": 1,
            "daysOfWeek": ["saturday", "sunday"],
            "month": 11,
            "index": "second",
        },
    ),
]


@pytest.mark.parametrize(("rule", "pattern"), RULES, ids=lambda each: getattr(each, "pattern", ""))
def test_every_pattern_is_written_with_what_it_needs_and_read_back(
    rule: Recurrence, pattern: dict[str, Any]
) -> None:
    """R52: the six patterns go both ways, also when the service fills in what means nothing."""
    assert recurrence_to(rule) == {"pattern": pattern, "range": {"type": "noEnd", "startDate": "2026-11-10"}}
    assert recurrence_from({"pattern": {**UNSAID, **pattern}, "range": NO_END}) == rule


@pytest.mark.parametrize(
    ("ending", "written"),
    [
        ({"last": date(2027, 1, 31)}, {"type": "endDate", "endDate": "2027-01-31"}),
        ({"count": 12}, {"type": "numbered", "numberOfOccurrences": 12}),
        ({}, {"type": "noEnd"}),
    ],
)
def test_every_ending_goes_both_ways(ending: dict[str, Any], written: dict[str, Any]) -> None:
    """R52: on a day, after so many times, never."""
    rule = Recurrence(pattern=Pattern.DAILY, first=FIRST, **ending)
    assert recurrence_to(rule)["range"] == {"startDate": "2026-11-10", **written}
    assert recurrence_from(recurrence_to(rule)) == rule


def test_left_out_members_have_graphs_own_defaults() -> None:
    """R52: recurrencePattern: firstDayOfWeek is Sunday and index is first unless said."""
    weekly = {"type": "weekly", "interval": 1, "daysOfWeek": ["Monday"]}
    assert recurrence_from({"pattern": weekly, "range": NO_END}).first_weekday == 6
    monthly = {"type": "relativeMonthly", "interval": 1, "daysOfWeek": ["monday"]}
    assert recurrence_from({"pattern": monthly, "range": NO_END}).nth == 1


def test_weekdays_stand_in_order_and_once() -> None:
    """R11: two ways of naming the same days are the same rule."""
    pattern = {"type": "weekly", "interval": 1, "daysOfWeek": ["sunday", "monday", "sunday"]}
    assert recurrence_from({"pattern": pattern, "range": NO_END}).weekdays == (0, 6)


@pytest.mark.parametrize(
    ("pattern", "span"),
    [
        ({"type": "hourly"}, {}),
        ({"type": "daily", "interval": 0}, {}),
        ({"type": "daily", "interval": None}, {}),
        ({"type": "weekly", "daysOfWeek": []}, {}),
        ({"type": "weekly", "daysOfWeek": ["someday"]}, {}),
        ({"type": "absoluteMonthly", "dayOfMonth": 32}, {}),
        ({"type": "absoluteMonthly"}, {}),
        ({"type": "absoluteYearly", "dayOfMonth": 1, "month": 13}, {}),
        ({"type": "relativeMonthly", "daysOfWeek": ["monday"], "index": "fifth"}, {}),
        ({"type": "daily"}, {"type": "sometimes"}),
        ({"type": "daily"}, {"startDate": "0000-00-00"}),
        ({"type": "daily"}, {"startDate": None}),
        ({"type": "daily"}, {"type": "endDate", "endDate": "2026-11-09"}),
        ({"type": "daily"}, {"type": "endDate", "endDate": None}),
        ({"type": "daily"}, {"type": "numbered", "numberOfOccurrences": 0}),
    ],
)
def test_what_has_no_words_says_so_with_its_text(pattern: dict[str, Any], span: dict[str, Any]) -> None:
    """R52: an odd repetition is never taken for another one."""
    odd = {"pattern": {"interval": 1, **pattern}, "range": {**NO_END, **span}}
    with pytest.raises(NotExpressible) as caught:
        recurrence_from(odd)
    assert str(pattern["type"]) in caught.value.text


@pytest.mark.parametrize("odd", [{}, {"pattern": None, "range": NO_END}, {"pattern": [], "range": 1}])
def test_another_shape_says_so(odd: dict[str, Any]) -> None:
    """R52: whatever comes, nothing breaks."""
    with pytest.raises(NotExpressible):
        recurrence_from(odd)
