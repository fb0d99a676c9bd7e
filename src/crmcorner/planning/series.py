"""What editing a series means: one occurrence, this and those that follow, or all of them (R63). Pure.

The rules are Outlook's, so that what the CRM takes Outlook can take: an occurrence does not reach its neighbours, a
series does not overlap itself, and new times or days put its changed and cancelled occurrences back.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import islice, pairwise, takewhile

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crmcorner.items.records import Appointment
from crmcorner.items.recurrence import LAST, Moved, Pattern, Recurrence
from crmcorner.items.series import as_planned, dates, zone_of_series

_SPANS = (40, 400, 4000, 400_000)
"""Days to look back for the occurrence before another one, the nearest first."""

_LOOKED_AT = 60
"""So many occurrences show whether a series overlaps itself: more than any pattern needs to come round."""


_ON_WEEKDAYS = frozenset({Pattern.WEEKLY, Pattern.MONTHLY_WEEKDAY, Pattern.YEARLY_WEEKDAY})


class NoSuchOccurrence(LookupError):
    """The series has nothing on that day, or it was cancelled."""


def occurrence_on(series: Appointment, day: date) -> Moved:
    """Return the occurrence that would have begun on a day (in the series' zone), as it is now.

    Raises:
        NoSuchOccurrence: there is none.
    """
    for each in series.moved:
        if each.original == day:
            return each
    if day in series.cancelled or day not in _from(series, day, day):
        raise NoSuchOccurrence(day.isoformat())
    return as_planned(series, day)


def coming(series: Appointment, since: date, count: int) -> list[Moved]:
    """Return the next occurrences from a day on, as they are now, in the order of their original days."""
    if series.recurrence is None:
        return []
    moved = {each.original: each for each in series.moved}
    days = (day for day in dates(series.recurrence, since) if day not in series.cancelled)
    return [moved.get(day) or as_planned(series, day) for day in islice(days, count)]


def with_occurrence(series: Appointment, wanted: Moved) -> Appointment:
    """Return the series with one occurrence as it is wanted; one that is as planned is no exception.

    Raises:
        NoSuchOccurrence: there is none on that day.
        ValidationError: it would end before it begins, or reach its neighbours.
    """
    occurrence_on(series, wanted.original)
    if wanted.end < wanted.start:
        raise ValidationError({"end": _("The end lies before the start.")})
    _refuse_crossing(series, wanted)
    rest = [each for each in series.moved if each.original != wanted.original]
    if wanted != as_planned(series, wanted.original):
        rest.append(wanted)
    return replace(series, moved=tuple(sorted(rest, key=lambda each: each.original)))


def without_occurrence(series: Appointment, day: date) -> Appointment:
    """Return the series without one of its occurrences.

    Raises:
        NoSuchOccurrence: there is none on that day.
    """
    occurrence_on(series, day)
    return replace(
        series,
        cancelled=tuple(sorted({*series.cancelled, day})),
        moved=tuple(each for each in series.moved if each.original != day),
    )


def ended_before(series: Appointment, day: date) -> Appointment | None:
    """Return the series up to the occurrence before a day; None if nothing is left of it."""
    last = _before(series, day)
    if last is None or series.recurrence is None:
        return None
    return replace(
        series,
        recurrence=replace(series.recurrence, last=last, count=0),
        cancelled=tuple(each for each in series.cancelled if each <= last),
        moved=tuple(each for each in series.moved if each.original <= last),
    )


def from_day(series: Appointment, day: date) -> Appointment:
    """Return what is left of a series from one of its days on, as a series of its own, with its exceptions.

    Raises:
        NoSuchOccurrence: there is none on that day.
    """
    occurrence_on(series, day)
    rule = series.recurrence
    assert rule is not None  # noqa: S101 - it has an occurrence
    gone = sum(1 for _day in takewhile(lambda each: each < day, dates(rule))) if rule.count else 0
    planned = as_planned(series, day)
    return replace(
        series,
        start=planned.start,
        end=planned.end,
        recurrence=replace(rule, first=day, count=rule.count - gone if rule.count else 0),
        cancelled=tuple(each for each in series.cancelled if each >= day),
        moved=tuple(each for each in series.moved if each.original >= day),
        uid="",
    )


def settled(appointment: Appointment) -> Appointment:
    """Return an appointment whose rule begins with its first occurrence; one that does not repeat as it is.

    The first occurrence is the first day of the rule that is not before the start.

    Raises:
        ValidationError: the rule has no day at all, or an occurrence lasts until after the next one begins.
    """
    rule = appointment.recurrence
    if rule is None or appointment.start is None or appointment.end is None:
        return replace(appointment, cancelled=(), moved=())
    begins = appointment.start.astimezone(zone_of_series(appointment)).date()
    first = next(dates(replace(rule, first=begins)), None)
    if first is None:
        raise ValidationError({"until": _("The repetition ends before it has begun.")})
    planned = as_planned(appointment, first)
    found = replace(appointment, start=planned.start, end=planned.end, recurrence=replace(rule, first=first))
    _refuse_overlap(found)
    return found


def carried_over(before: Appointment, after: Appointment) -> Appointment:
    """Return a changed series with what is still true of its exceptions.

    New times or days put them all back, as in Outlook; otherwise those stay that the rule still reaches, and they are
    called what the series is called unless they had a name or place of their own. A rule that means the same as before
    stays written as it was, so that nothing is sent that was not changed (R20).
    """
    rule, old = after.recurrence, before.recurrence
    if rule is None or old is None or _timing(before) != _timing(after):
        return replace(after, cancelled=(), moved=())
    after = replace(
        after,
        start=before.start,
        end=before.end,
        recurrence=replace(old, last=rule.last, count=rule.count),
    )
    days = {*before.cancelled, *(each.original for each in before.moved)}
    reached = {day for day in days if day in _from(after, day, day)}
    moved = tuple(
        replace(
            each,
            subject=after.subject if each.subject == before.subject else each.subject,
            location=after.location if each.location == before.location else each.location,
        )
        for each in before.moved
        if each.original in reached
    )
    return replace(
        after,
        cancelled=tuple(day for day in before.cancelled if day in reached),
        moved=tuple(each for each in moved if each != as_planned(after, each.original)),
    )


def written_out(rule: Recurrence) -> Recurrence:
    """Return a rule with what its pattern needs said in full, and nothing that it does not need."""
    weekly, on_weekdays = rule.pattern is Pattern.WEEKLY, rule.pattern in _ON_WEEKDAYS
    yearly = rule.pattern in {Pattern.YEARLY, Pattern.YEARLY_WEEKDAY}
    on_nth = on_weekdays and not weekly
    return replace(
        rule,
        weekdays=(rule.weekdays or (rule.first.weekday(),)) if on_weekdays else (),
        first_weekday=rule.first_weekday if weekly and rule.interval > 1 else 0,
        day=(rule.day or rule.first.day) if rule.pattern in {Pattern.MONTHLY, Pattern.YEARLY} else 0,
        month=(rule.month or rule.first.month) if yearly else 0,
        nth=(rule.nth or min((rule.first.day - 1) // 7 + 1, LAST)) if on_nth else 0,
    )


def _timing(series: Appointment) -> tuple[object, ...] | None:
    """Return what decides on which moments a series happens, but for where it ends."""
    rule = series.recurrence
    if rule is None or series.start is None or series.end is None:
        return None
    first = next(dates(rule), rule.first)
    planned = as_planned(series, first)
    endless = replace(written_out(rule), first=first, last=None, count=0)
    return (endless, planned.start, planned.end, series.all_day, zone_of_series(series).key)


def _from(series: Appointment, first: date, last: date) -> Iterator[date]:
    if series.recurrence is None:
        return iter(())
    return takewhile(lambda each: each <= last, dates(series.recurrence, first))


def _before(series: Appointment, day: date) -> date | None:
    """Return the day of the occurrence before the one of a day, cancelled or not; None if there is none."""
    for span in _SPANS:
        since = date.fromordinal(max(1, day.toordinal() - span))
        found = [each for each in _from(series, since, day) if each < day]
        if found:
            return found[-1]
    return None


def _after(series: Appointment, day: date) -> date | None:
    rule = series.recurrence
    return next((each for each in dates(rule, day) if each > day), None) if rule else None


def _refuse_crossing(series: Appointment, wanted: Moved) -> None:
    """Graph: Update event: an occurrence stays between the days of its neighbours, planned and moved."""
    zone = zone_of_series(series)
    moved = {each.original: each.start.astimezone(zone).date() for each in series.moved}
    before, after = _before(series, wanted.original), _after(series, wanted.original)
    least = max(before, moved.get(before, before)) if before else None
    most = min(after, moved.get(after, after)) if after else None
    day = wanted.start.astimezone(zone).date()
    if least and day <= least:
        text = _("Choose a day after %(day)s, that of the occurrence before it: Outlook keeps them in order.")
        raise ValidationError({"start": text % {"day": date_format(least)}})
    if most and day >= most:
        text = _("Choose a day before %(day)s, that of the occurrence after it: Outlook keeps them in order.")
        raise ValidationError({"start": text % {"day": date_format(most)}})


def _refuse_overlap(series: Appointment) -> None:
    """Refuse a series of which one occurrence still lasts when the next begins, as Outlook does."""
    rule: Recurrence | None = series.recurrence
    assert rule is not None  # noqa: S101 - asked before
    starts = (as_planned(series, day) for day in islice(dates(rule), _LOOKED_AT))
    if any(following.start < each.end for each, following in pairwise(starts)):
        raise ValidationError({"end": _("It has to be over before it happens the next time.")})
