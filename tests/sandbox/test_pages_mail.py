"""The pages for mail: as Outlook would show it, with a category on many at once."""

import re

import pytest

from m365_sandbox.message_type import FILE
from m365_sandbox.state import State
from m365_sandbox.store.mail_records import Message, NewAttachment
from tests.sandbox.conftest import ADDRESS, Clock
from tests.sandbox.pages import BOX, Browser
from tests.sandbox.test_mail import letter

MAIL = f"{BOX}/mail"


@pytest.fixture
def browser(state: State, clock: Clock) -> Browser:
    """The pages of a sandbox with Anna's mailbox."""
    return Browser(state, clock)


def now(browser: Browser, mail: Message) -> Message:
    """A mail as it now is."""
    return browser.state.messages.get(browser.state.directory.get(ADDRESS).n, mail.immutable_id)


def shown(browser: Browser, path: str) -> list[str]:
    """The subjects of a list, in its order."""
    return re.findall(r'/mail/[^"]*">(Mail \d+)</a>', browser.open(path).text)


def test_folders_and_mails_are_shown_the_newest_first(browser: Browser) -> None:
    """A page of fifty; a search over all folders, in subject, people and text."""
    for number in range(53):
        letter(browser.state, number, folder="archive" if number == 7 else "inbox")
    assert shown(browser, MAIL)[:2] == ["Mail 52", "Mail 51"]
    assert (len(shown(browser, MAIL)), len(shown(browser, f"{MAIL}?page=2"))) == (50, 2)
    assert shown(browser, f"{MAIL}?q=Mail 7") == ["Mail 7"]
    assert "Postvak IN" in browser.open(MAIL).text
    assert shown(browser, f"{MAIL}?folder={browser.state.mail_folder(ADDRESS, 'archive').id}") == ["Mail 7"]


def test_a_category_on_five_at_once_and_off_again(browser: Browser) -> None:
    """R30: what they have besides stays; the category joins the mailbox's list."""
    mails = [letter(browser.state, number, "Golf") for number in range(5)]
    form = {"ids": [each.immutable_id for each in mails], "category": "CRMcorner", "action": "add"}
    browser.send(f"{BOX}/mail-categorise", form)
    assert {now(browser, each).categories for each in mails} == {("Golf", "CRMcorner")}
    browser.send(f"{BOX}/mail-categorise", {**form, "category": "crmcorner"})
    assert now(browser, mails[0]).categories == ("Golf", "CRMcorner")
    names = [each.name for each in browser.state.categories.all(browser.state.directory.get(ADDRESS).n)]
    assert names.count("CRMcorner") == 1
    browser.send(f"{BOX}/mail-categorise", {**form, "category": "crmcorner", "action": "remove"})
    assert {now(browser, each).categories for each in mails} == {("Golf",)}


def test_moved_read_deleted_and_restored(browser: Browser) -> None:
    """As the user does with many at once; what is deleted returns to where it was."""
    mail = letter(browser.state, 1)
    place = browser.state.add_mail_folder(ADDRESS, "Klanten")
    ids = {"ids": mail.immutable_id}
    browser.send(f"{BOX}/mail-move", {**ids, "to": place.id})
    assert now(browser, mail).folder == place.n
    browser.send(f"{BOX}/mail-read", {**ids, "action": "unread"})
    assert now(browser, mail).properties["isRead"] is False
    browser.send(f"{BOX}/mail-delete", ids)
    assert now(browser, mail).folder == browser.state.mail_folder(ADDRESS, "deleteditems").n
    browser.send(f"{BOX}/mail-restore", ids)
    assert now(browser, mail).folder == place.n
    for _twice in range(2):
        browser.send(f"{BOX}/mail-delete", ids)
    assert browser.open(f"{MAIL}/{mail.immutable_id}").status_code == 404


def test_what_a_mail_holds_is_shown_and_never_run(browser: Browser) -> None:
    """Mail HTML is hostile: its text alone is shown; a file is a download, whatever it claims to be."""
    body = {
        "contentType": "html",
        "content": "<p>Hallo</p><script>alert(1)</script><img src=x onerror=alert(2)>",
    }
    file = {
        "@odata.type": FILE,
        "name": "kwaad.html",
        "contentType": "text/html",
        "isInline": False,
        "contentId": None,
        "contentLocation": None,
    }
    mail = browser.state.add_message(
        ADDRESS,
        {"subject": "<b>Vet</b>", "body": body, "internetMessageId": "<1@x.example>"},
        attachments=[NewAttachment(file, b"<script>alert(3)</script>")],
    )
    page = browser.open(f"{MAIL}/{mail.immutable_id}")
    assert ("Hallo" in page.text, "alert(" in page.text, "<b>Vet" in page.text) == (True, False, False)
    (attached,) = browser.state.attachments.of(mail)
    answer = browser.open(f"{MAIL}/{mail.immutable_id}/attachments/{attached.id}")
    assert (answer.data, answer.content_type) == (b"<script>alert(3)</script>", "application/octet-stream")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert b"Message-ID: <1@x.example>" in browser.open(f"{MAIL}/{mail.immutable_id}/source").data


def test_a_mail_is_made_private_and_no_more(browser: Browser) -> None:
    """R38: PidTagSensitivity."""
    mail = letter(browser.state, 1)
    for action, level in (("on", 2), ("off", 0)):
        browser.send(f"{MAIL}/{mail.immutable_id}/private", {"action": action})
        assert browser.state.sensitivity_of(mail) == level


def test_a_mail_is_let_in(browser: Browser) -> None:
    """From anybody, now; an address that is none is refused with a sentence, and what was written stays."""
    browser.send(
        f"{BOX}/receive",
        {"from": "jan@berg.example", "cc": "a@x.example; b@x.example", "subject": "Hé", "text": "Dag"},
    )
    (mail,) = browser.state.messages.each(browser.state.directory.get(ADDRESS).n)
    assert (mail.properties["subject"], len(mail.properties["ccRecipients"]), mail.draft) == ("Hé", 2, False)
    assert b"From: jan@berg.example" in browser.state.source_of(mail)
    refused = browser.send(f"{BOX}/receive", {"from": "jan", "subject": "Weer"})
    assert (refused.status_code, "Weer" in refused.text) == (400, True)


def test_folders_are_made(browser: Browser) -> None:
    """In the one that is open; a name that is taken, or none, is said."""
    inbox = browser.state.mail_folder(ADDRESS)
    browser.send(f"{BOX}/mail-folders", {"folder": inbox.id, "name": "Klanten"})
    assert [each.name for each in browser.state.mail_folders.children(inbox)] == ["Klanten"]
    for name in ("klanten", " "):
        assert browser.send(f"{BOX}/mail-folders", {"folder": inbox.id, "name": name}).status_code == 400


@pytest.mark.parametrize("path", ["mail/nergens", "mail?folder=nergens", "mail/nergens/source"])
def test_what_is_not_there(browser: Browser, path: str) -> None:
    """404, with a sentence."""
    assert browser.open(f"{BOX}/{path}").status_code == 404


def test_in_dutch(browser: Browser) -> None:
    """R100."""
    letter(browser.state, 1)
    page = browser.open(MAIL, **{"Accept-Language": "nl"}).text
    assert "Een e-mail laten binnenkomen" in page
