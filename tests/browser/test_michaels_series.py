"""A series of Michael's, made in the CRM and changed on both sides (R63). One day: the tests follow each other."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, sign_in, synchronise

pytestmark = pytest.mark.browser

NAME = "Weekstart buitendienst"
FIRST = date.today() + timedelta(days=1)
SECOND, THIRD, FOURTH = (FIRST + timedelta(weeks=number) for number in (1, 2, 3))


def open_series(page: Page, demo: Demo, day: date) -> None:
    """Open an occurrence of the series from the CRM's calendar."""
    page.goto(f"{demo.crm}/planning/calendar/?view=day&date={day.isoformat()}")
    page.locator(".entry a", has_text=NAME).click()


def in_outlook(page: Page, demo: Demo, day: date) -> str:
    """Return what Outlook's calendar shows of the series in the week of a day."""
    page.goto(f"{demo.mailbox()}/calendar?week={day.isoformat()}")
    return " ".join(page.locator("main a", has_text=NAME).all_inner_texts())


def test_a_series_is_made_in_the_crm(page: Page, demo: Demo) -> None:
    """R63: only what its pattern needs shows; it is in Outlook, each week."""
    sign_in(page, demo, "michael")
    page.goto(f"{demo.crm}/planning/appointments/add/")
    page.locator("#id_subject").fill(NAME)
    for field in ("#id_first_day", "#id_last_day"):
        page.locator(field).fill(FIRST.isoformat())
    expect(page.locator("#id_every")).to_be_hidden()
    page.locator("#id_repeats").select_option("monthly")
    expect(page.locator("#id_day_of_month")).to_be_visible()
    expect(page.locator("#id_weekdays")).to_be_hidden()
    page.locator("#id_repeats").select_option("weekly")
    page.locator(f"#id_weekdays_{FIRST.weekday()}").check()
    expect(page.locator("#id_times")).to_be_hidden()
    page.locator("#id_ending").select_option("times")
    page.locator("#id_times").fill("4")
    page.locator("main form button.btn-primary").click()
    expect(page.locator("#coming li")).to_have_count(4)
    synchronise(page, demo)
    for day in (FIRST, SECOND, THIRD, FOURTH):
        assert NAME in in_outlook(page, demo, day)


def test_one_occurrence_is_moved_in_the_crm(page: Page, demo: Demo) -> None:
    """R63: it moves in Outlook, and the others stay."""
    sign_in(page, demo, "michael")
    open_series(page, demo, SECOND)
    page.get_by_role("link", name="Deze wijzigen").click()
    page.locator("#id_begins").fill("13:00")
    page.locator("#id_ends").fill("14:00")
    page.locator("main form button.btn-primary").click()
    expect(page.locator("#occurrence")).to_contain_text("13:00")
    synchronise(page, demo)
    page.goto(f"{demo.mailbox()}/calendar?week={SECOND.isoformat()}")
    page.locator("main a", has_text=NAME).first.click()
    expect(page.locator("main")).to_contain_text("13:00")


def test_one_occurrence_is_cancelled_and_the_rest_ended(page: Page, demo: Demo) -> None:
    """R63: after a question each; Outlook has one left besides the one that was moved."""
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, demo, "michael")
    open_series(page, demo, FIRST)
    page.locator("#occurrence").get_by_role("button", name="Deze laten vervallen", exact=True).click()
    expect(page.locator("#coming li")).to_have_count(3)
    open_series(page, demo, FOURTH)
    page.locator("#occurrence").get_by_role("button", name="Deze en volgende laten vervallen").click()
    expect(page.locator("#coming li")).to_have_count(2)
    synchronise(page, demo)
    assert [bool(in_outlook(page, demo, day)) for day in (FIRST, SECOND, THIRD, FOURTH)] == [
        False, True, True, False,
    ]  # fmt: skip
