"""Michael's tasks and appointments, clicked through on both sides. One day: the tests follow each other."""

import json
import urllib.request
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, figure, sign_in, synchronise

pytestmark = pytest.mark.browser

SECRET = "Sollicitatiegesprek Pieterse"
CALL = "Aannemer Jansen bellen"


def day(days: int) -> str:
    """Return a day from today as a date field takes it."""
    return (date.today() + timedelta(days=days)).isoformat()


def task_in_outlook(page: Page, demo: Demo, title: str) -> None:
    """Open a task of Michael's on the sandbox's page."""
    page.goto(f"{demo.mailbox()}/tasks")
    page.get_by_role("link", name=title, exact=True).click()


def task_in_crm(page: Page, demo: Demo, title: str) -> None:
    """Open a task in the CRM."""
    page.goto(f"{demo.crm}/planning/tasks/?show=all&q={title}")
    page.locator("table.tasks a", has_text=title).first.click()


def test_an_appointment_made_in_outlook_comes_and_goes_private(page: Page, demo: Demo) -> None:
    """R60, R61: others see it, until it is made private in Outlook; then that the time is taken, and no more."""
    sign_in(page, demo, "michael")
    page.goto(f"{demo.mailbox()}/calendar/new?day={day(1)}")
    page.locator("[name=subject]").fill(SECRET)
    page.locator("[name=start_date]").fill(day(1))
    page.locator("[name=end_date]").fill(day(1))
    page.locator("[name=start_time]").fill("15:00")
    page.locator("[name=end_time]").fill("16:00")
    page.get_by_role("button", name="Save").click()
    made = page.url
    synchronise(page, demo)
    assert figure(page, "changed", "Calendar") == 1
    page.goto(f"{demo.crm}/planning/calendar/?view=day&date={day(1)}")
    expect(page.locator(".entry", has_text=SECRET)).to_contain_text("15:00")
    page.goto(made)
    page.get_by_role("button", name="Make private").click()
    synchronise(page, demo)
    assert figure(page, "changed", "Calendar") == 1
    page.goto(f"{demo.crm}/planning/calendar/?view=day&date={day(1)}")
    expect(page.locator(".entry", has_text=SECRET)).to_be_visible()


def test_a_colleague_sees_that_the_time_is_taken_and_no_more(page: Page, demo: Demo) -> None:
    """R61: on every page and in search."""
    sign_in(page, demo, "sanne")
    for view in ("day", "week", "month"):
        page.goto(f"{demo.crm}/planning/calendar/?show=everyone&view={view}&date={day(1)}")
        expect(page.locator(".entry-taken").first).to_be_visible()
        expect(page.locator("main")).not_to_contain_text(SECRET)
    for address in ("planning/appointments/", f"search/?q={SECRET.split(maxsplit=1)[0]}"):
        page.goto(f"{demo.crm}/{address}")
        expect(page.locator(".panel", has_text=SECRET)).to_have_count(0)


def test_a_task_is_completed_on_either_side(page: Page, demo: Demo) -> None:
    """R51: ticked off in Outlook it is in the CRM; taken up again in the CRM it is open in Outlook."""
    sign_in(page, demo, "michael")
    page.goto(f"{demo.crm}/planning/tasks/add/")
    page.locator("#id_subject").fill(CALL)
    page.locator("#id_due").fill(day(1))
    page.locator("main form button.btn-primary").click()
    synchronise(page, demo)
    task_in_outlook(page, demo, CALL)
    expect(page.locator("main")).to_contain_text(date.fromisoformat(day(1)).strftime("%d-%m-%Y"))
    page.get_by_role("button", name="Tick off").click()
    synchronise(page, demo)
    task_in_crm(page, demo, CALL)
    expect(page.locator("h1.old-value")).to_have_text(CALL)
    page.locator("form[action$='/complete/'] button").first.click()
    synchronise(page, demo)
    task_in_outlook(page, demo, CALL)
    expect(page.get_by_role("button", name="Tick off")).to_be_visible()


def test_a_task_deleted_in_outlook_stays_in_the_crm_and_nothing_comes_back(page: Page, demo: Demo) -> None:
    """R51: whatever happens to it in the CRM afterwards."""
    sign_in(page, demo, "michael")
    task_in_outlook(page, demo, CALL)
    page.get_by_role("button", name="Delete", exact=True).click()
    synchronise(page, demo)
    task_in_crm(page, demo, CALL)
    expect(page.locator("h1")).to_have_text(CALL)
    page.locator("form[action$='/complete/'] button").first.click()
    synchronise(page, demo)
    assert figure(page, "changed", "Tasks") == 0
    page.goto(f"{demo.mailbox()}/tasks")
    expect(page.get_by_role("link", name=CALL, exact=True)).to_have_count(0)


def test_nobody_was_mailed(page: Page, demo: Demo) -> None:
    """R85: a meeting with attendees that is changed in the CRM waits for its owner; no mail has left all day."""
    sign_in(page, demo, "michael")
    page.goto(f"{demo.crm}/planning/appointments/?q=Overleg")
    page.locator("table.list tbody a", has_text="Overleg met").first.click()
    page.locator("a[href$='/edit/']").click()
    page.locator("#id_location").fill("Kantoor Haarlem")
    page.locator("main form button.btn-primary").click()
    synchronise(page, demo)
    page.goto(f"{demo.crm}/outlook/matters/")
    expect(page.locator("#confirmations")).to_contain_text("inkoop@buitenland.example")
    with urllib.request.urlopen(f"{demo.outlook}/_sandbox/outbox", timeout=10) as answer:
        assert json.load(answer) == {"sent": []}
