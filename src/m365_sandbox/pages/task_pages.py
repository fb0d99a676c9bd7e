"""The tasks of a mailbox: its lists, the tasks of one of them, one task, its form, and what can be done to it."""

from collections.abc import Callable

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from m365_sandbox.graph.event_json import plain
from m365_sandbox.pages import task_fields
from m365_sandbox.pages.page import Page
from m365_sandbox.pages.series_text import in_words
from m365_sandbox.store.records import Mailbox
from m365_sandbox.store.task_records import Task, TaskList
from m365_sandbox.task_door import TaskRefusedError
from m365_sandbox.wording import Said

_LATEST = "9999-12-31"


def tasks(page: Page, address: str, problem: Said | None = None) -> Response:
    """The lists, and the tasks of the one in `?list=`: those to do by their due day, then those that are done."""
    box = page.mailbox(address)
    place = _list(page, box)
    return _shown(page, box, place, problem)


def _shown(page: Page, box: Mailbox, place: TaskList, problem: Said | None = None) -> Response:
    state = page.sandbox.state
    rows = [
        (each, task_fields.day_of(each.properties["dueDateTime"]), each.properties["status"] == "completed")
        for each in state.tasks.listed(place)
    ]
    rows.sort(key=lambda row: (row[2], row[1].isoformat() if row[1] else _LATEST, row[0].n))
    return page.show(
        "tasks.html",
        400 if problem else 200,
        mailbox=box,
        place=place,
        lists=_lists(page, box),
        rows=rows,
        states=task_fields.STATUS,
        colors=_colors(page, box),
        problem=problem,
    )


def add_list(page: Page, address: str) -> Response:
    """Make a list of the user's own."""
    box = page.mailbox(address)
    name = page.request.form.get("name", "").strip()
    if not name:
        return _shown(page, box, _list(page, box), Said("Give the list a name."))
    made = page.sandbox.state.add_task_list(box.address, name)
    return page.go("tasks", address=box.address, list=made.id)


def delete_list(page: Page, address: str) -> Response:
    """Delete the list that the form names, with all its tasks; a built-in one stays."""
    box = page.mailbox(address)
    place = _list(page, box)
    if place.kind != "none":
        return _shown(page, box, place, Said("This list cannot be deleted."))
    page.sandbox.state.remove_task_list(box.address, place)
    return page.go("tasks", address=box.address)


def task(page: Page, address: str, task_id: str) -> Response:
    """All that a task holds."""
    box = page.mailbox(address)
    found = _task(page, box, task_id)
    state, has = page.sandbox.state, found.properties
    values = task_fields.written(has, box.time_zone)
    return page.show(
        "task.html",
        mailbox=box,
        task=found,
        has=has,
        values=values,
        place=state.task_lists.by_number(found.list),
        lists=[each for each, _ in _lists(page, box)],
        notes=plain(has["body"]),
        series=in_words(has["recurrence"]) if has["recurrence"] else None,
        done=task_fields.day_of(has["completedDateTime"]),
        steps=state.checklist(found),
        links=state.linked_resources(found),
        extensions=state.beside.extensions((found.owner,)),
        states=task_fields.STATUS,
        importance=task_fields.IMPORTANCE,
        colors=_colors(page, box),
    )


def new(page: Page, address: str) -> Response:
    """An empty form, for the list in `?list=`."""
    box = page.mailbox(address)
    return _form(page, box, None, task_fields.empty())


def add(page: Page, address: str) -> Response:
    """Store a new task in the list that the form was opened from."""
    box = page.mailbox(address)
    form = task_fields.filled(page.request.form)
    place = _list(page, box)
    try:
        wanted = task_fields.changes(form, None, box.time_zone)
        page.sandbox.state.add_task(box.address, wanted, place)
    except task_fields.FormError as error:
        return _form(page, box, None, form, error.reason)
    except TaskRefusedError as refusal:
        return _form(page, box, None, form, _refused(refusal))
    return page.go("tasks", address=box.address, list=place.id)


def edit(page: Page, address: str, task_id: str) -> Response:
    """The form with what the task holds."""
    box = page.mailbox(address)
    found = _task(page, box, task_id)
    return _form(page, box, found, task_fields.written(found.properties, box.time_zone))


def save(page: Page, address: str, task_id: str) -> Response:
    """Store what the form changes; nothing else of the task is touched."""
    box = page.mailbox(address)
    found = _task(page, box, task_id)
    form = task_fields.filled(page.request.form)
    try:
        before = task_fields.written(found.properties, box.time_zone)
        wanted = task_fields.changes(form, before, box.time_zone)
        if wanted:
            page.sandbox.state.update_task(box.address, found, wanted)
    except task_fields.FormError as error:
        return _form(page, box, found, form, error.reason)
    except TaskRefusedError as refusal:
        return _form(page, box, found, form, _refused(refusal))
    return page.go("task", address=box.address, task_id=found.id)


def tick(page: Page, address: str, task_id: str) -> Response:
    """Tick a task off, or (`done` empty in the form) take it up again."""
    box = page.mailbox(address)
    found = _task(page, box, task_id)
    status = "completed" if page.request.form.get("done") else "notStarted"
    page.sandbox.state.update_task(box.address, found, {"status": status})
    return page.go("tasks", address=box.address, list=found.list_id)


def move(page: Page, address: str, task_id: str) -> Response:
    """Put a task in another list, where it has another id."""
    box = page.mailbox(address)
    moved = page.sandbox.state.move_task(box.address, _task(page, box, task_id), _list(page, box))
    return page.go("task", address=box.address, task_id=moved.id)


def delete(page: Page, address: str, task_id: str) -> Response:
    """Delete a task; To Do has no bin."""
    box = page.mailbox(address)
    found = _task(page, box, task_id)
    page.sandbox.state.remove_task(box.address, found)
    return page.go("tasks", address=box.address, list=found.list_id)


def _form(
    page: Page, box: Mailbox, found: Task | None, values: dict[str, str], problem: Said | None = None
) -> Response:
    return page.show(
        "task_form.html",
        400 if problem else 200,
        mailbox=box,
        task=found,
        values=values,
        place=_list(page, box),
        states=task_fields.STATUS,
        importance=task_fields.IMPORTANCE,
        problem=problem,
    )


def _lists(page: Page, box: Mailbox) -> list[tuple[TaskList, int]]:
    """Every list with how many of its tasks are still to do."""
    state = page.sandbox.state
    return [(each, state.tasks.how_many(each, completed=False)) for each in state.task_lists.all(box.n)]


def _list(page: Page, box: Mailbox) -> TaskList:
    wanted = page.request.values.get("list", "")
    lists = page.sandbox.state.task_lists
    found = lists.find(box.n, wanted) if wanted else lists.default(box.n)
    if found is None:
        raise NotFound
    return found


def _task(page: Page, box: Mailbox, task_id: str) -> Task:
    found = page.sandbox.state.tasks.find(box.n, task_id)
    if found is None:
        raise NotFound
    return found


def _colors(page: Page, box: Mailbox) -> dict[str, str]:
    return {each.name.casefold(): each.color for each in page.categories(box)}


def _refused(refusal: TaskRefusedError) -> Said:
    return Said("Outlook does not take it: {why}", why=str(refusal))


_BOX = "/mailboxes/<address>"
_TASK = f"{_BOX}/tasks/<task_id>"
VIEWS: tuple[tuple[str, str, str, Callable[..., Response]], ...] = (
    ("GET", f"{_BOX}/tasks", "tasks", tasks),
    ("POST", f"{_BOX}/tasks/lists", "add-list", add_list),
    ("POST", f"{_BOX}/tasks/lists/delete", "delete-list", delete_list),
    ("GET", f"{_BOX}/tasks/new", "new-task", new),
    ("POST", f"{_BOX}/tasks/new", "add-task", add),
    ("GET", _TASK, "task", task),
    ("GET", f"{_TASK}/edit", "edit-task", edit),
    ("POST", f"{_TASK}/edit", "save-task", save),
    ("POST", f"{_TASK}/tick", "tick-task", tick),
    ("POST", f"{_TASK}/move", "move-task", move),
    ("POST", f"{_TASK}/delete", "delete-task", delete),
)
