"""Tasks and appointments in a real browser: one click, typing ahead, a phone."""

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import Demo, sign_in

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 360, "height": 740}


def test_one_click_ticks_off_on_home_and_in_the_list(page: Page, demo: Demo) -> None:
    """R70, R71: the page stays where it is and shows what is so now."""
    sign_in(page, demo, "michael")
    panel = page.locator("#home-tasks")
    first = panel.locator("li").first.locator("a").inner_text()
    count = int(panel.locator("h2 .chip").inner_text())
    panel.locator("li").first.locator("button.tick").click()
    expect(panel.locator("h2 .chip")).to_have_text(str(count - 1))
    expect(panel.get_by_role("link", name=first, exact=True)).to_have_count(0)
    page.goto(f"{demo.crm}/planning/tasks/")
    row = page.locator("table.tasks tbody tr").first
    row.locator("button.tick").click()
    expect(row).to_have_attribute("data-status", "completed")
    row.locator("button.tick").click()
    expect(row).to_have_attribute("data-status", "not-started")
    expect(page).to_have_url(f"{demo.crm}/planning/tasks/")


def test_people_are_chosen_by_typing_ahead(page: Page, demo: Demo) -> None:
    """R71, R6: what is suggested is taken with a click and is linked after saving."""
    sign_in(page, demo, "michael")
    page.goto(f"{demo.crm}/people/persons/")
    surname = page.locator("table.list tbody tr").first.locator("a").first.inner_text().split()[-1]
    page.goto(f"{demo.crm}/planning/appointments/add/?date=2026-12-24")
    page.locator("#id_subject").fill("Kerstborrel")
    page.locator("#id_people").press_sequentially(surname)
    choice = page.locator("#people-options button").first
    name = choice.inner_text()
    choice.click()
    expect(page.locator("#id_people")).to_have_value(re.compile(re.escape(name)))
    page.locator("main form button.btn-primary").click()
    expect(page.locator("h1")).to_have_text("Kerstborrel")
    expect(page.locator("dl.facts a.chip")).to_have_text(name.split(" · ")[0])
    page.goto(f"{demo.crm}/planning/calendar/?view=month&date=2026-12-01")
    expect(page.locator("table.month .entry", has_text="Kerstborrel")).to_have_count(1)


def test_nothing_is_wider_than_a_phone(page: Page, demo: Demo) -> None:
    """R101: every page of tasks and appointments fits; a table scrolls within itself."""
    page.set_viewport_size(PHONE)
    sign_in(page, demo, "michael")
    addresses = ("", "planning/tasks/", "planning/tasks/add/", "planning/appointments/")
    views = tuple(f"planning/calendar/?show=everyone&view={view}" for view in ("day", "week", "month"))
    for address in (*addresses, "planning/appointments/add/", *views):
        page.goto(f"{demo.crm}/{address}")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], address
