"""Tasks on the sandbox's pages: lists, a list, a task, its form, and what can be done to it."""

import html
import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from m365_sandbox.state import State
from m365_sandbox.store.task_records import Task, TaskList
from tests.sandbox.conftest import ADDRESS, Clock
from tests.sandbox.pages import BOX, Browser

TASKS = f"{BOX}/tasks"
ZONE = "W. Europe Standard Time"
TENTH = {"dateTime": "2026-11-10T00:00:00", "timeZone": ZONE}


@pytest.fixture
def browser(state: State, clock: Clock) -> Browser:
    """A browser on Monday 23 November 2026."""
    return Browser(state, clock)


def add(browser: Browser, **more: Any) -> Task:
    """A task of Anna's."""
    return browser.state.add_task(ADDRESS, {"title": "Bel Jan", **more})


def place(task: Task, *more: str) -> str:
    """The path of a task's page."""
    return "/".join([TASKS, task.id, *more])


def now(browser: Browser, task: Task) -> Task:
    """The task as it is now."""
    return browser.state.tasks.get(browser.state.directory.get(ADDRESS).n, task.id)


def listed(browser: Browser, of: TaskList | None = None) -> list[Task]:
    """The tasks of a list, the default one when None."""
    lists = browser.state.task_lists
    return browser.state.tasks.listed(of or lists.default(browser.state.directory.get(ADDRESS).n))


def titles(answer: TestResponse) -> list[str]:
    """The titles in a list, in its order."""
    return re.findall(r'<td><a href="[^"]*/tasks/[^"]*">(?:<s>)?([^<]*)(?:</s>)?</a>', answer.text)


def form_of(answer: TestResponse) -> dict[str, str]:
    """What a browser sends back when nothing is touched."""
    values = dict(
        re.findall(r'<input type="(?:text|date|datetime-local)" name="(\w+)" value="([^"]*)"', answer.text)
    )
    values |= dict(re.findall(r'<input type="hidden" name="(list)" value="([^"]*)"', answer.text))
    values |= dict(re.findall(r'<textarea name="(\w+)" rows="\d">\n(.*?)</textarea>', answer.text, re.DOTALL))
    for name, options in re.findall(r'<select name="(\w+)">(.*?)</select>', answer.text, re.DOTALL):
        values[name] = re.findall(r'value="(\w*)" selected', options)[0]
    return {name: html.unescape(value).replace("\n", "\r\n") for name, value in values.items()}


def test_a_list_shows_what_is_to_do_by_its_due_day(browser: Browser) -> None:
    """R50: open ones by due day, then those that are done; the other lists beside, with their counts."""
    add(browser, title="Later", dueDateTime={**TENTH, "dateTime": "2026-12-01T00:00:00"})
    add(browser, title="Zonder dag")
    add(browser, title="Klaar", dueDateTime=TENTH, status="completed")
    add(browser, title="Eerst", dueDateTime=TENTH, importance="high", categories=["Golf"])
    page = browser.open(TASKS)
    assert titles(page) == ["Eerst", "Later", "Zonder dag", "Klaar"]
    for text in (
        "10-11-2026",
        "High importance",
        "Golf",
        "<s>Klaar</s>",
        'Taken</span> <span class="count">3',
    ):
        assert text in page.text
    dutch = browser.open(TASKS, **{"Accept-Language": "nl"}).text
    assert [
        word for word in ("Hoge prioriteit", "Niet gestart", "Afvinken", "Vervalt") if word not in dutch
    ] == []
    assert f'href="{TASKS}"' in browser.open(BOX).text


def test_a_task_is_made_with_the_form(browser: Browser) -> None:
    """R50: every field of the form lands in the task, days and reminder in the mailbox's zone."""
    form = form_of(browser.open(f"{TASKS}/new"))
    answer = browser.send(
        f"{TASKS}/new",
        {
            **form,
            "title": "Offerte",
            "start": "2026-11-09",
            "due": "2026-11-10",
            "status": "inProgress",
            "importance": "low",
            "reminder": "2026-11-09T08:15",
            "categories": "Golf\r\nCRMcorner",
            "body": "Regel 1\r\nRegel 2",
        },
    )
    assert titles(answer) == ["Offerte"]
    (made,) = listed(browser)
    assert made.properties == {
        "title": "Offerte",
        "startDateTime": {"dateTime": "2026-11-09T00:00:00.0000000", "timeZone": ZONE},
        "dueDateTime": {"dateTime": "2026-11-10T00:00:00.0000000", "timeZone": ZONE},
        "status": "inProgress",
        "importance": "low",
        "isReminderOn": True,
        "reminderDateTime": {"dateTime": "2026-11-09T08:15:00.0000000", "timeZone": ZONE},
        "categories": ["Golf", "CRMcorner"],
        "body": {"contentType": "text", "content": "Regel 1\nRegel 2"},
        "completedDateTime": None,
        "recurrence": None,
    }
    shown = browser.open(place(made)).text
    for text in ("10-11-2026", "09-11-2026 08:15", "In progress", "Low importance", "Regel 1\nRegel 2"):
        assert text in shown


def test_a_form_that_is_sent_untouched_changes_nothing(browser: Browser) -> None:
    """R50: an HTML note, seconds of a reminder, a day of another zone: all stay as they were."""
    task = add(
        browser,
        body={"contentType": "html", "content": "<p>Dag</p>"},
        dueDateTime={"dateTime": "2026-11-10T00:00:00", "timeZone": "UTC"},
        isReminderOn=True,
        reminderDateTime={"dateTime": "2026-11-09T08:15:30", "timeZone": "UTC"},
    )
    form = form_of(browser.open(place(task, "edit")))
    assert (form["due"], form["reminder"], form["body"]) == ("2026-11-10", "2026-11-09T09:15", "Dag")
    browser.send(place(task, "edit"), form)
    assert now(browser, task) == task
    browser.send(place(task, "edit"), {**form, "title": "Anders", "reminder": "", "due": ""})
    after = now(browser, task).properties
    assert after == {
        **task.properties,
        "title": "Anders",
        "dueDateTime": None,
        "isReminderOn": False,
        "reminderDateTime": None,
    }


def test_a_task_is_ticked_off_and_taken_up_again(browser: Browser) -> None:
    """R50: one button in the list and on the task's page."""
    task = add(browser)
    page = browser.send(place(task, "tick"), {"done": "on"})
    assert "<s>Bel Jan</s>" in page.text
    assert now(browser, task).properties["completedDateTime"]["dateTime"][:10] == "2026-11-23"
    assert "23-11-2026" in browser.open(place(task)).text
    browser.send(place(task, "tick"), {"done": ""})
    assert now(browser, task).properties["status"] == "notStarted"


def test_a_series_comes_again_when_ticked_off(browser: Browser) -> None:
    """R50: the next one stands in the list; its page says how it repeats."""
    daily = {
        "pattern": {"type": "daily", "interval": 1},
        "range": {"type": "noEnd", "startDate": "2026-11-10"},
    }
    task = add(browser, dueDateTime=TENTH, recurrence=daily)
    assert "Every day" in browser.open(place(task)).text
    page = browser.send(place(task, "tick"), {"done": "on"})
    assert titles(page) == ["Bel Jan", "Bel Jan"]
    assert "11-11-2026" in page.text


def test_a_task_moves_to_another_list_and_is_deleted(browser: Browser) -> None:
    """R51: in another list it has another id; a deleted one is gone."""
    task = add(browser)
    page = browser.send(f"{TASKS}/lists", {"name": "Klanten"})
    assert "<h1>Klanten</h1>" in page.text
    other = browser.state.task_lists.all(browser.state.directory.get(ADDRESS).n)[-1]
    browser.send(place(task, "move"), {"list": other.id})
    (moved,) = listed(browser, other)
    assert (moved.properties, moved.id != task.id, listed(browser)) == (task.properties, True, [])
    assert browser.open(place(task)).status_code == 404
    assert titles(browser.open(f"{TASKS}?list={other.id}")) == ["Bel Jan"]
    assert "This list is empty." in browser.send(place(moved, "delete")).text
    assert listed(browser, other) == []


def test_a_list_is_deleted_but_a_built_in_one_stays(browser: Browser) -> None:
    """R50: with its tasks; the default list refuses."""
    other = browser.state.add_task_list(ADDRESS, "Klanten")
    browser.state.add_task(ADDRESS, {"title": "x"}, other)
    assert "Delete list" in browser.open(f"{TASKS}?list={other.id}").text
    page = browser.send(f"{TASKS}/lists/delete", {"list": other.id})
    assert "Klanten" not in page.text
    assert "Delete list" not in page.text
    assert listed(browser, other) == []
    refused = browser.send(f"{TASKS}/lists/delete", {})
    assert (refused.status_code, "This list cannot be deleted." in refused.text) == (400, True)
    assert browser.send(f"{TASKS}/lists", {"name": " "}).status_code == 400


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"title": " "}, "Give the task a title."),
        ({"due": "10 november"}, "10 november is no day."),
        ({"reminder": "2026-11-10"}, "2026-11-10 is no day and time."),
        ({"status": "done"}, "Outlook does not take it"),
        ({"title": "a\x00b"}, "Outlook does not take it"),
    ],
)
def test_a_form_that_cannot_be_is_shown_again(browser: Browser, form: dict[str, str], said: str) -> None:
    """R50: what was typed stays, the reason stands above it, nothing is stored."""
    filled = {"title": "Bel Jan", "status": "notStarted", "body": "Mijn notitie", **form}
    answer = browser.send(f"{TASKS}/new", filled)
    assert (answer.status_code, said in answer.text, "Mijn notitie" in answer.text) == (400, True, True)
    assert listed(browser) == []
    task = add(browser)
    assert browser.send(place(task, "edit"), filled).status_code == 400
    assert now(browser, task) == task


def test_what_a_program_hung_on_a_task_is_shown(browser: Browser) -> None:
    """R50: steps, links and extensions, escaped as any text."""
    task = browser.state.add_task(
        ADDRESS,
        {"title": "<b>Jan</b>"},
        links=[{"applicationName": "CRMcorner", "externalId": "7f3b", "webUrl": "https://crm.example/t"}],
        steps=[{"displayName": "Nummer", "isChecked": True}],
    )
    browser.state.beside.write_extension(task.owner, "com.example.crm", {"crmId": "1"})
    page = browser.open(place(task)).text
    for text in ("CRMcorner", "7f3b", "https://crm.example/t", "☑ Nummer", "com.example.crm"):
        assert text in page
    assert "<b>Jan</b>" not in page


@pytest.mark.parametrize("path", [f"{TASKS}?list=x", f"{TASKS}/x", f"{TASKS}/x/edit"])
def test_what_is_not_there_is_said(browser: Browser, path: str) -> None:
    """An address that leads nowhere answers 404 with a way back."""
    answer = browser.open(path)
    assert (answer.status_code, 'href="/"' in answer.text) == (404, True)
