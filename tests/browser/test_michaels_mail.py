"""Michael's mail, clicked through on both sides. One day: the tests follow each other."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, figure, sign_in, synchronise

pytestmark = pytest.mark.browser

STRANGER = "directie@nieuwbouw.example"
OTHER = "info@onbekend.example"
LETTERS = ("Vraag een", "Vraag twee", "Vraag drie", "Vraag vier", "Vraag vijf")


def two_people(page: Page, demo: Demo) -> tuple[str, str]:
    """Return the addresses of two people of Michael's."""
    page.goto(f"{demo.crm}/people/persons/?show=mine")
    texts = page.locator("table.list tbody a[href^='mailto:']").all_inner_texts()
    return texts[0], texts[1]


def let_in(page: Page, demo: Demo, sender: str, subject: str) -> None:
    """Let a mail come in at the sandbox."""
    page.goto(f"{demo.mailbox()}/receive")
    page.locator("[name=from]").fill(sender)
    page.locator("[name=subject]").fill(subject)
    page.locator("[name=text]").fill("Beste Michael,\n\nKunt u mij bellen?")
    page.get_by_role("button", name="Let it come in").click()
    expect(page.locator("table.mails")).to_contain_text(subject)


def chips(page: Page, demo: Demo, subject: str) -> list[str]:
    """Return the categories of a mail in Outlook."""
    page.goto(f"{demo.mailbox()}/mail")
    return page.locator("tr", has_text=subject).locator(".chip").all_inner_texts()


def waiting(page: Page, demo: Demo, subject: str) -> int:
    """Return how many mails of a subject wait for an address in the CRM."""
    page.goto(f"{demo.crm}/mail/not-found/")
    return page.locator("table.list tbody tr", has_text=subject).count()


def test_five_mails_are_marked_at_once(page: Page, demo: Demo) -> None:
    """R30, R32, R34: three are filed under two people, two wait in Not Found."""
    sign_in(page, demo, "michael")
    synchronise(page, demo)
    anna, piet = two_people(page, demo)
    for sender, subject in zip((anna, anna, piet, STRANGER, OTHER), LETTERS, strict=True):
        let_in(page, demo, sender, subject)
    page.goto(f"{demo.mailbox()}/mail")
    for subject in LETTERS:
        page.get_by_role("checkbox", name=subject, exact=True).check()
    page.get_by_role("button", name="Categorise").click()
    synchronise(page, demo)
    assert (figure(page, "changed", "Mail"), figure(page, "error", "Mail")) == (5, 0)
    assert [chips(page, demo, each) for each in LETTERS] == [["Processed"]] * 3 + [["Not Found"]] * 2
    page.goto(f"{demo.crm}/people/persons/?q={anna}")
    page.locator("table.list tbody a").first.click()
    panel = page.locator(".panel", has=page.locator("h2 a[href*='/mail/?about=']"))
    expect(panel).to_contain_text("Vraag een")
    expect(panel).to_contain_text("Vraag twee")
    expect(panel).not_to_contain_text("Vraag drie")
    assert [waiting(page, demo, each) for each in LETTERS] == [0, 0, 0, 1, 1]


def test_what_it_says_is_shown(page: Page, demo: Demo) -> None:
    """R37: a filed mail is found and read."""
    sign_in(page, demo, "michael")
    page.goto(f"{demo.crm}/mail/?q=Vraag drie")
    page.locator("main a", has_text="Vraag drie").first.click()
    expect(page.locator("h1")).to_have_text("Vraag drie")
    expect(page.locator("main")).to_contain_text("Kunt u mij bellen?")


def test_an_address_learnt_files_what_waited(page: Page, demo: Demo) -> None:
    """R35: given to somebody on the page of what waits, the next run files it without its being marked again."""
    sign_in(page, demo, "michael")
    _anna, piet = two_people(page, demo)
    page.goto(f"{demo.crm}/mail/not-found/")
    page.locator("table.list tbody tr", has_text="Vraag vier").locator(
        "a[href*='/mail/not-found/']"
    ).last.click()
    page.locator("#id_find").fill(piet)
    page.locator("form:has(#id_find) button").click()
    page.locator("input[name=to]").first.check()
    page.locator("form:has(input[name=to]) button.btn-primary").click()
    synchronise(page, demo)
    assert chips(page, demo, "Vraag vier") == ["Processed"]
    assert (waiting(page, demo, "Vraag vier"), waiting(page, demo, "Vraag vijf")) == (0, 1)
    synchronise(page, demo)
    assert figure(page, "changed", "Mail") == 0


def test_a_colleague_sees_what_is_filed_and_not_what_waits(page: Page, demo: Demo) -> None:
    """R38: what waits is its owner's alone."""
    sign_in(page, demo, "sanne")
    page.goto(f"{demo.crm}/mail/?q=Vraag")
    expect(page.locator("main")).to_contain_text("Vraag drie")
    expect(page.locator("main")).not_to_contain_text("Vraag vijf")
    assert waiting(page, demo, "Vraag vijf") == 0
