"""The calendar: a day, a week or a month (R71), of oneself or of everyone, others' private times as taken (R61)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format, time_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from crmcorner.accounts.models import User
from crmcorner.planning.search import Entry, entries_between

VIEWS = ("day", "week", "month")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What stands in one day: when, what, whose.

    ``pk`` None: only that the time is taken. ``on``: the day by which an occurrence of a series is addressed.
    """

    when: str
    subject: str
    location: str
    owner: str
    pk: int | None
    private: bool
    on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of the calendar."""

    day: date
    today: bool
    inside: bool
    items: tuple[Item, ...]


@login_required
def calendar(request: HttpRequest) -> HttpResponse:
    """R71: what happens on a day, in a week or in a month."""
    user, everyone = cast("User", request.user), request.GET.get("show") == "everyone"
    view = request.GET.get("view", "")
    view = view if view in VIEWS else "week"
    chosen = asked_day(request)
    first, last = _span(view, chosen)
    shown_first, shown_last = _whole_weeks(first, last) if view == "month" else (first, last)
    days = days_between(user, shown_first, shown_last, everyone=everyone, inside=(first, last))
    context = {
        "view": view,
        "everyone": everyone,
        "days": days,
        "weeks": [days[at : at + 7] for at in range(0, len(days), 7)],
        "chosen": chosen,
        "title": _title(view, first, last),
        "before": first - timedelta(days=1),
        "after": last + timedelta(days=1),
        "views": (("day", _("Day")), ("week", _("Week")), ("month", _("Month"))),
    }
    return render(request, "planning/calendar.html", context)


def days_between(
    user: User, first: date, last: date, *, everyone: bool = False, inside: tuple[date, date] | None = None
) -> list[Day]:
    """Return the days with what the user sees of them; ``inside`` are those that are really asked for."""
    zone = timezone.get_current_timezone()
    begin = datetime.combine(first, time(), zone)
    end = datetime.combine(last + timedelta(days=1), time(), zone)
    entries = entries_between(user, begin - timedelta(days=1), end + timedelta(days=1), everyone=everyone)
    today = localdate()
    within = inside or (first, last)
    return [
        Day(
            day=day,
            today=day == today,
            inside=within[0] <= day <= within[1],
            items=tuple(_item(entry, day) for entry in entries if _on(entry, day)),
        )
        for day in (first + timedelta(days=number) for number in range((last - first).days + 1))
    ]


def _on(entry: Entry, day: date) -> bool:
    first, last = _days_of(entry)
    return first <= day <= last


def _days_of(entry: Entry) -> tuple[date, date]:
    """Return the first and the last day of an entry; one that ends at midnight does not reach into the next day."""
    start, end = entry.occurrence.start, entry.occurrence.end
    if entry.all_day:
        first, last = start.astimezone(UTC), end.astimezone(UTC)
    else:
        first, last = localtime(start), localtime(end)
    if last > first:
        last -= timedelta(microseconds=1)
    return first.date(), last.date()


def _item(entry: Entry, day: date) -> Item:
    first, last = _days_of(entry)
    if entry.all_day:
        when = _("all day")
    else:
        begin = time_format(localtime(entry.occurrence.start)) if day == first else "…"
        finish = time_format(localtime(entry.occurrence.end)) if day == last else "…"
        when = f"{begin}–{finish}"
    row = entry.row
    return Item(
        when=when,
        subject=(entry.occurrence.subject or _("(no subject)")) if row else _("taken"),
        location=entry.occurrence.location,
        owner=str(entry.owner or ""),
        pk=row.pk if row else None,
        private=row.private if row else True,
        on=entry.occurrence.original.isoformat() if row and entry.occurrence.original else "",
    )


def asked_day(request: HttpRequest) -> date:
    """Return the day that an address asks for; today if it asks for none that makes sense."""
    try:
        found = parse_date(request.GET.get("date", "")[:10])
    except ValueError:
        found = None
    day = found or localdate()
    return min(max(day, date(1900, 1, 1)), date(2200, 12, 31))


def _span(view: str, chosen: date) -> tuple[date, date]:
    if view == "day":
        return chosen, chosen
    if view == "week":
        first = chosen - timedelta(days=chosen.weekday())
        return first, first + timedelta(days=6)
    first = chosen.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _whole_weeks(first: date, last: date) -> tuple[date, date]:
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


def _title(view: str, first: date, last: date) -> str:
    if view == "day":
        return date_format(first, "l j F Y")
    if view == "month":
        return date_format(first, "F Y")
    return f"{date_format(first, 'j F')} – {date_format(last, 'j F Y')}"
