"""The pages of tasks: list, one task, tick off, form, bin."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.items import records
from crmcorner.items.records import TaskStatus
from crmcorner.people.models import Organisation, Person
from crmcorner.people.views import lists
from crmcorner.planning.crm_ids import task_id
from crmcorner.planning.forms import TaskForm
from crmcorner.planning.models import Task
from crmcorner.planning.permissions import may_delete, sees_whole, visible_tasks
from crmcorner.planning.search import TASK_ORDERS, find_tasks, ordered
from crmcorner.planning.services import tasks
from crmcorner.planning.task_mapping import task_content
from crmcorner.planning.views import form_page, panels, shown

SHOWS = ("", "done", "all", "everyone", "every", "bin")


@login_required
def task_list(request: HttpRequest) -> HttpResponse:
    """R71: tasks with search, sort and filter: one's own (open, completed, all), everybody's (open, all), the bin."""
    user, text = cast("User", request.user), request.GET.get("q", "").replace("\x00", "")
    show = request.GET.get("show", "")
    show = show if show in SHOWS else ""
    found = find_tasks(
        user,
        text,
        mine=show in {"", "done", "all"},
        deleted=show == "bin",
        still_open=show in {"", "everyone"},
        completed=show == "done",
    )
    sort = request.GET.get("sort", "") or "due"
    page = lists.page_of(request, found.order_by(*ordered(sort, TASK_ORDERS)))
    context = {"page": page, "search_text": text, "show": show, "sort": sort, "today": localdate()}
    return render(request, "planning/task_list.html", context)


@login_required
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """R71: one task."""
    user = cast("User", request.user)
    record = _seen(user, pk)
    content = task_content(record)
    context: dict[str, Any] = {
        "task": record,
        "crm_id": task_id(pk),
        "today": localdate(),
        "done": content.status is TaskStatus.COMPLETED,
        "repeats": shown.recurrence_text(content.recurrence) if content.recurrence else "",
        "links": record.links.select_related("person__organisation", "organisation"),
        "history": shown.history_shown(task_id(pk), owns=record.owner_id == user.pk),
        "may_delete": may_delete(Actor(user=user), record),
    }
    return render(request, "planning/task.html", context)


@login_required
@require_POST
def task_complete(request: HttpRequest, pk: int) -> HttpResponse:
    """R51: tick a task off, or take the tick off; answers with what the list or panel then shows."""
    user = cast("User", request.user)
    record = get_object_or_404(visible_tasks(user), pk=pk)
    completed = request.POST.get("done") == "1"
    tasks.complete_task(actor=Actor(user=user), task=record, completed=completed, today=localdate())
    if request.headers.get("HX-Request"):
        if request.POST.get("panel") == "home":
            return panels.home_tasks(request)
        return render(request, "planning/_task_row.html", {"task": record, "today": localdate()})
    messages.success(request, _("Completed.") if completed else _("Open again."))
    return redirect("planning:task", pk=pk)


@login_required
def task_add(request: HttpRequest) -> HttpResponse:
    """R71: make a task."""
    user = cast("User", request.user)
    initial = {
        "owner": user.pk,
        "status": TaskStatus.NOT_STARTED.value,
        "priority": records.Priority.NORMAL.value,
        "people": asked_people(request),
    }
    form = TaskForm(request.POST if request.method == "POST" else None, initial=initial, user=user)

    def save() -> str:
        made = tasks.create_task(actor=Actor(user=user), values=_values(form, records.Task()))
        return _page_of(user, made)

    back = reverse("planning:task-list")
    return form_page.answer(request, heading=_("New task"), form=form, back_url=back, save=save)


@login_required
def task_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """R71: change a task."""
    user = cast("User", request.user)
    record = get_object_or_404(visible_tasks(user), pk=pk)
    names = ("version", "subject", "start", "due", "status", "priority", "reminder", "private")
    initial = {name: getattr(record, name) for name in names} | {
        "owner": record.owner_id,
        "memo": record.note,
        "people": [
            link.person or link.organisation
            for link in record.links.select_related("person__organisation", "organisation")
        ],
    }
    form = TaskForm(request.POST if request.method == "POST" else None, initial=initial, user=user)
    back = reverse("planning:task", args=[pk])

    def save() -> str:
        tasks.change_task(
            actor=Actor(user=user),
            task=record,
            values=_values(form, task_content(record)),
            expected_version=form.cleaned_data["version"],
        )
        return _page_of(user, record)

    heading = _("Change %(name)s") % {"name": record}
    return form_page.answer(request, heading=heading, form=form, back_url=back, save=save)


@login_required
@require_POST
def task_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """R51, R71: put a task in the bin."""
    user = cast("User", request.user)
    record = _seen(user, pk)
    tasks.delete_task(actor=Actor(user=user), task=record)
    messages.success(
        request, _("%(name)s was deleted. Under “Deleted” you can restore it.") % {"name": record}
    )
    return redirect("planning:task-list")


@login_required
@require_POST
def task_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """R71: take a task out of the bin."""
    user = cast("User", request.user)
    record = _seen(user, pk)
    tasks.restore_task(actor=Actor(user=user), task=record)
    messages.success(request, _("%(name)s is back.") % {"name": record})
    return redirect("planning:task", pk=pk)


def asked_people(request: HttpRequest) -> list[Person | Organisation]:
    """Return whom a new record is about, as the page that leads to the form says."""
    found: list[Person | Organisation] = []
    for name, model in (("person", Person), ("organisation", Organisation)):
        number = request.GET.get(name, "")
        if number.isdecimal() and len(number) < 15:
            found += model._default_manager.filter(pk=int(number), deleted_at__isnull=True)  # noqa: SLF001 - Django's way
    return found


def _page_of(user: User, record: Task) -> str:
    """Return where to go after saving: to the task, unless it has been given to someone who alone sees it."""
    if sees_whole(user, record):
        return reverse("planning:task", args=[record.pk])
    return reverse("planning:task-list")


def _seen(user: User, pk: int) -> Task:
    """Return a task that the user sees, also from the bin; another's private one does not exist for him (R61)."""
    return get_object_or_404(visible_tasks(user) | visible_tasks(user, deleted=True), pk=pk)


def _values(form: TaskForm, before: records.Task) -> tasks.TaskValues:
    given = form.cleaned_data
    return tasks.TaskValues(
        content=form.content(before), owner=given["owner"], private=given["private"], about=form.people()
    )
