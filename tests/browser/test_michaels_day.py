"""Michael's first day with the demo, clicked through in a real browser. One day: the tests follow each other."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, figure, sign_in, synchronise

pytestmark = pytest.mark.browser


def open_in_outlook(page: Page, demo: Demo, words: str) -> None:
    """Open the one contact of Michael's mailbox that the words find."""
    page.goto(f"{demo.mailbox()}?q={words}")
    page.locator("table.contacts tbody a").first.click()


def open_in_crm(page: Page, demo: Demo, words: str) -> None:
    """Open the one person that the words find."""
    page.goto(f"{demo.crm}/people/persons/?q={words}")
    page.locator("table.list tbody a").first.click()


def change_in_outlook(page: Page, demo: Demo, words: str, **fields: str) -> None:
    """Change fields of a contact on the sandbox's page."""
    open_in_outlook(page, demo, words)
    page.get_by_role("link", name="Edit").click()
    for name, value in fields.items():
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name="Save").click()


def change_in_crm(page: Page, demo: Demo, words: str, **fields: str) -> None:
    """Change fields of a person in the CRM."""
    open_in_crm(page, demo, words)
    page.locator("a[href$='/edit/']").click()
    for name, value in fields.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("main form button.btn-primary").click()


def test_first_synchronisation_moves_and_every_number_opens_its_list(page: Page, demo: Demo) -> None:
    """R10-R13: the button starts it, the figures move, each number opens the list behind it."""
    sign_in(page, demo, "michael")
    page.locator("button.sync-button").click()
    expect(page.locator("tr[data-kind=Contacts] progress")).to_be_visible()
    seen: set[int] = set()
    while not page.locator("[data-run-state]").count():
        seen.add(figure(page, "count"))
        page.wait_for_timeout(150)
    assert len(seen) > 1, "the figures did not move"
    assert figure(page, "count") == 1180
    assert figure(page, "changed") > 900
    errors = figure(page, "error")
    assert errors > 0
    page.locator("tr[data-kind=Contacts] [data-figure=error] a").click()
    expect(page.locator("table.list tbody tr")).to_have_count(errors)
    expect(page.locator("table.list tbody tr").first).to_contain_text("“")


def test_second_synchronisation_changes_nothing(page: Page, demo: Demo) -> None:
    """R11: a second run at once shows Changed 0."""
    sign_in(page, demo, "michael")
    synchronise(page, demo)
    assert figure(page, "changed") == 0
    assert figure(page, "error") == 0


def test_contact_tagged_in_outlook_is_found_in_the_crm(page: Page, demo: Demo) -> None:
    """R41: a new contact with the category comes into the CRM; before it was tagged it did not."""
    sign_in(page, demo, "michael")
    page.goto(f"{demo.mailbox()}/new")
    page.locator("[name=givenName]").fill("Truus")
    page.locator("[name=surname]").fill("van 't Zand")
    page.locator("[name=companyName]").fill("Zand & Grind B.V.")
    page.locator("[name=emailAddresses]").fill("truus@zandengrind.example")
    page.locator("[name=mobilePhone]").fill("06 - 12 34 56 78")
    page.get_by_role("button", name="Save").click()
    synchronise(page, demo)
    page.goto(f"{demo.crm}/search/?q=truus")
    expect(page.locator(".panel .empty")).to_be_visible()
    open_in_outlook(page, demo, "Truus")
    page.get_by_role("button", name="Categorise").click()
    synchronise(page, demo)
    open_in_crm(page, demo, "truus")
    expect(page.locator("h1")).to_have_text("Truus van 't Zand")
    expect(page.locator("main")).to_contain_text("06 12345678")
    expect(page.locator("main")).to_contain_text("Zand & Grind B.V.")
    expect(page.locator("#outlook-panel .chip")).to_be_visible()


def test_different_fields_changed_on_both_sides_are_on_both_sides(page: Page, demo: Demo) -> None:
    """R18: one field changed in the CRM, another in Outlook: both changes end on both sides."""
    sign_in(page, demo, "michael")
    change_in_crm(page, demo, "truus", department="Verkoop")
    change_in_outlook(page, demo, "Truus", jobTitle="directeur")
    synchronise(page, demo)
    assert figure(page, "changed") == 1
    open_in_crm(page, demo, "truus")
    expect(page.locator("dl.facts").first).to_contain_text("directeur")
    expect(page.locator("dl.facts").first).to_contain_text("Verkoop")
    open_in_outlook(page, demo, "Truus")
    expect(page.locator("main")).to_contain_text("directeur")
    expect(page.locator("main")).to_contain_text("Verkoop")


def test_same_field_changed_on_both_sides_shows_both_values_and_can_be_turned(page: Page, demo: Demo) -> None:
    """R18: the setting decides, the other value is shown, and one click takes it instead."""
    sign_in(page, demo, "michael")
    change_in_crm(page, demo, "truus", job_title="voorzitter")
    change_in_outlook(page, demo, "Truus", jobTitle="penningmeester")
    synchronise(page, demo)
    open_in_outlook(page, demo, "Truus")
    expect(page.locator("main")).to_contain_text("voorzitter")
    page.goto(f"{demo.crm}/outlook/matters/")
    row = page.locator("#conflicts tr", has_text="Truus")
    expect(row).to_contain_text("voorzitter")
    expect(row).to_contain_text("penningmeester")
    row.locator("button[value=outlook]").click()
    synchronise(page, demo)
    open_in_crm(page, demo, "truus")
    expect(page.locator("dl.facts").first).to_contain_text("penningmeester")
    open_in_outlook(page, demo, "Truus")
    expect(page.locator("main")).to_contain_text("penningmeester")


def test_deleted_in_outlook_stays_in_the_crm_and_returns_on_the_button(page: Page, demo: Demo) -> None:
    """R42: it stays in the CRM, does not come back to Outlook by itself, and does on the button."""
    sign_in(page, demo, "michael")
    open_in_outlook(page, demo, "Truus")
    page.get_by_role("button", name="Delete").click()
    synchronise(page, demo)
    synchronise(page, demo)
    page.goto(f"{demo.mailbox()}?q=Truus")
    expect(page.locator("table.contacts")).to_have_count(0)
    open_in_crm(page, demo, "truus")
    expect(page.locator("h1")).to_have_text("Truus van 't Zand")
    page.locator("#outlook-panel button").click()
    synchronise(page, demo)
    open_in_outlook(page, demo, "Truus")
    expect(page.locator("h1")).to_contain_text("Truus")


def test_refused_address_is_mended_by_its_form(page: Page, demo: Demo) -> None:
    """R45: the mend form has Outlook's text filled in; what is saved goes to Outlook with the next run."""
    sign_in(page, demo, "michael")
    page.goto(f"{demo.crm}/outlook/matters/")
    row = page.locator("#errors tr", has_text="Postbus")
    row.locator("a.btn").click()
    expect(page.locator("[name$=-postal_code]")).to_have_value("3500 AA")
    page.locator("[name$=-house_number]").fill("1234")
    page.locator("main form button.btn-primary").click()
    name = page.locator("h1").inner_text()
    synchronise(page, demo)
    assert figure(page, "changed") == 1
    open_in_outlook(page, demo, name)
    expect(page.locator("main")).to_contain_text("Postbus 1234")


def test_choice_between_namesakes_is_carried_out(page: Page, demo: Demo) -> None:
    """R44: of several who could be meant the user chooses one, and the next run links it."""
    sign_in(page, demo, "michael")
    page.goto(f"{demo.crm}/outlook/matters/")
    questions = page.locator("#questions form")
    before = questions.count()
    assert before > 0
    questions.first.locator("input[type=radio]").first.check()
    questions.first.locator("button").click()
    synchronise(page, demo)
    page.goto(f"{demo.crm}/outlook/matters/")
    expect(page.locator("#questions form")).to_have_count(before - 1)


def test_ordinary_user_has_no_administration(page: Page, demo: Demo) -> None:
    """R1: no link to System administration, and 403 on its addresses."""
    sign_in(page, demo, "sanne")
    expect(page.locator(".sidebar a[href*='/settings/']")).to_have_count(0)
    for path in ("/settings/", "/settings/add/", "/firm/users/", "/firm/user-groups/", "/outlook/mailboxes/"):
        answer = page.goto(f"{demo.crm}{path}")
        assert answer is not None
        assert answer.status == 403, path


def test_group_that_is_not_public_is_invisible_to_others(page: Page, demo: Demo) -> None:
    """R73: a group that is not public shows to its owner only, administrators not excepted."""
    sign_in(page, demo, "sanne")
    page.goto(f"{demo.crm}/people/groups/?q=eigen+lijst")
    link = page.locator("table.list tbody a").first
    expect(link).to_have_text(re.compile("Eigen lijst"))
    address = link.get_attribute("href")
    page.locator("header form button").click()
    page.locator("main button").first.click() if page.locator(
        "main form[action*='sign-out']"
    ).count() else None
    sign_in(page, demo, "michael")
    page.goto(f"{demo.crm}/people/groups/?q=eigen+lijst")
    expect(page.locator("table.list")).to_have_count(0)
    answer = page.goto(f"{demo.crm}{address}")
    assert answer is not None
    assert answer.status == 404
