"""What the coupling asks of tasks and appointments: what belongs in a user's Outlook, what could be meant. In sets."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from crmcorner.accounts.models import User
from crmcorner.items.records import TaskStatus
from crmcorner.planning.crm_ids import CrmId, appointment_id, task_id
from crmcorner.planning.models import Appointment, Task
from crmcorner.planning.permissions import visible_appointments, visible_tasks


def open_tasks_due(user: User, until: date) -> set[CrmId]:
    """R50: return the user's own open tasks that are due up to a day, overdue and undated ones included."""
    tasks = visible_tasks(user).filter(owner=user).exclude(status=TaskStatus.COMPLETED.value)
    due = tasks.filter(Q(due__isnull=True) | Q(due__lte=until))
    return {task_id(pk) for pk in due.values_list("pk", flat=True)}


def tasks_alike(user: User, subjects: Collection[str]) -> set[CrmId]:
    """Return the user's own tasks with one of these subjects."""
    tasks = Task.objects.filter(owner=user, deleted_at__isnull=True, subject__in=subjects)
    return {task_id(pk) for pk in tasks.values_list("pk", flat=True)}


def appointments_between(user: User, first: date, last: date) -> set[CrmId]:
    """R60: return the user's own appointments of which something happens on these days, both included."""
    zone = timezone.get_current_timezone_name()
    begin, end = _midnight(first, zone), _midnight(last + timedelta(days=1), zone)
    own = visible_appointments(user).filter(owner=user)
    single = own.filter(recurrence__isnull=True, all_day=False, start__lt=end).filter(
        Q(end__gt=begin) | Q(start__gte=begin)
    )
    # All-day ones know no zone: their days are compared as they stand.
    day, after = _midnight(first, "UTC"), _midnight(last + timedelta(days=1), "UTC")
    whole_days = own.filter(recurrence__isnull=True, all_day=True, start__lt=after, end__gt=day)
    series = own.filter(recurrence__isnull=False, start__lt=after + timedelta(days=1)).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=first)
    )
    found = {pk for rows in (single, whole_days, series) for pk in rows.values_list("pk", flat=True)}
    return {appointment_id(pk) for pk in found}


def appointments_by_uid(user: User, uids: Collection[str]) -> set[CrmId]:
    """R65: return the appointments with one of these numbers: the user's own, and others' that are not private."""
    rows = visible_appointments(user).filter(uid__in=uids).exclude(uid="")
    return {appointment_id(pk) for pk in rows.values_list("pk", flat=True)}


def appointments_alike(user: User, subjects: Collection[str]) -> set[CrmId]:
    """Return the user's own appointments with one of these subjects."""
    rows = Appointment.objects.filter(owner=user, deleted_at__isnull=True, subject__in=subjects)
    return {appointment_id(pk) for pk in rows.values_list("pk", flat=True)}


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))
