"""The pages of a mailbox: lists, folders, search, categories, and that nothing gets in unescaped or unasked."""

import ast
import html
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from jinja2 import Environment

import m365_sandbox
from m365_sandbox.pages import event_fields, reading_pages, series_text, task_fields
from m365_sandbox.pages.dutch import DUTCH
from m365_sandbox.pages.fields import FIELDS, GROUPS, LABELS_BESIDE, PARTS
from m365_sandbox.state import State
from tests.sandbox.conftest import ADDRESS, Clock
from tests.sandbox.pages import BOX, Browser, card, names

PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")


@pytest.fixture
def browser(state: State, clock: Clock) -> Browser:
    """A browser on a sandbox with Anna's empty mailbox."""
    return Browser(state, clock)


def test_mailboxes_are_listed_and_made(browser: Browser) -> None:
    """The first page leads to every mailbox; a new one is open at once, a taken address is said."""
    assert f'href="/mailboxes/{ADDRESS}"' in browser.open("/").text
    made = browser.send("/", {"address": "bo@example.org", "name": "Bo Bos"})
    assert (made.request.path, "Bo Bos" in made.text) == ("/mailboxes/bo@example.org", True)
    again = browser.send("/", {"address": "bo@example.org"})
    assert (again.status_code, "There is a mailbox bo@example.org already." in again.text) == (400, True)


def test_contacts_are_listed_by_name_in_pages(browser: Browser) -> None:
    """A folder of ten thousand shows fifty at a time, with a way on and back."""
    with browser.state.transaction():
        for n in range(120):
            browser.add(displayName=f"Nummer {n:03}")
    first, last = browser.open(BOX), browser.open(f"{BOX}?page=3")
    assert names(first) == [f"Nummer {n:03}" for n in range(50)]
    assert names(last) == [f"Nummer {n:03}" for n in range(100, 120)]
    assert ("1 to 50 of 120" in first.text, 'rel="next"' in first.text, 'rel="prev"' in first.text) == (
        True,
        True,
        False,
    )
    assert ('rel="next"' in last.text, 'rel="prev"' in last.text) == (False, True)


@pytest.mark.parametrize(("wanted", "shown"), [("9", 3), ("0", 1), ("-2", 1), ("1" + "0" * 30, 3), ("x", 1)])
def test_a_page_that_is_not_there_is_the_nearest(browser: Browser, wanted: str, shown: int) -> None:
    """Contacts deleted meanwhile, or a number out of the air, do not lead to an empty list."""
    with browser.state.transaction():
        for n in range(120):
            browser.add(displayName=f"Nummer {n:03}")
    assert names(browser.open(f"{BOX}?page={wanted}"))[0] == f"Nummer {(shown - 1) * 50:03}"


def test_a_contact_stands_beside_its_list(browser: Browser) -> None:
    """The card has the folders and the list on its left; page and search stay while one card after another is read."""
    with browser.state.transaction():
        contacts = [browser.add(displayName=f"Nummer {n:03}", companyName=f"Firma {n:03}") for n in range(60)]
    (link,) = re.findall(r'href="([^"]*/contacts/[^"]*)">Nummer 055<', browser.open(f"{BOX}?page=2").text)
    shown = browser.open(html.unescape(link)).text
    assert re.findall(r'aria-current="page">(Nummer \d+)', shown) == ["Nummer 055"]
    assert re.findall(r">(Nummer \d+) <small>", shown) == [f"Nummer {n:03}" for n in range(50, 60)]
    found = browser.open(f"{card(contacts[7])}?q=firma+007").text
    assert re.findall(r">(Nummer \d+) <small>", found) == ["Nummer 007"]
    saved = browser.send(f"{card(contacts[55], 'edit')}?page=2", {"jobTitle": "Baas"})
    assert saved.request.args["page"] == "2"


def test_search_finds_in_every_folder_and_property(browser: Browser) -> None:
    """Each word must occur in some value, capitals aside; deleted contacts and names of properties do not count."""
    folder = browser.state.add_folder(ADDRESS, "Klanten")
    browser.add(displayName="Anna Bos", companyName="Émile BV")
    browser.state.add_contact(ADDRESS, {"displayName": "Bo Bos", "personalNotes": "bij émile"}, folder)
    gone = browser.add(displayName="Cas Émile Bos")
    browser.send(card(gone, "delete"))
    assert names(browser.open(f"{BOX}?q=BOS+%C3%89mile")) == ["Anna Bos", "Bo Bos"]
    assert names(browser.open(f"{BOX}?q=companyName")) == []


def test_folders_are_shown_made_and_moved_to(browser: Browser) -> None:
    """The tree has a new folder at once; ticked contacts move there."""
    contact = browser.add(displayName="Anna")
    made = browser.send(f"{BOX}/folders", {"name": "Klanten"})
    assert "<h1>Klanten</h1>" in made.text
    folder_id = made.request.args["folder"]
    browser.send(f"{BOX}/move", {"ids": contact.immutable_id, "to": folder_id})
    assert names(browser.open(f"{BOX}?folder={folder_id}")) == ["Anna"]
    assert names(browser.open(BOX)) == []
    twice = browser.send(f"{BOX}/folders", {"name": "klanten"})
    assert (twice.status_code, "There is a folder klanten already." in twice.text) == (400, True)


def test_many_are_categorised_at_once(browser: Browser) -> None:
    """The ticked contacts get the category, others keep theirs; once is enough; it can be taken off."""
    anna, bo, cas = (browser.add(displayName=name, categories=["Klant"]) for name in ("Anna", "Bo", "Cas"))
    ticked = {"ids": [anna.immutable_id, bo.immutable_id], "category": "CRMcorner", "action": "add"}
    browser.send(f"{BOX}/categorise", ticked)
    answer = browser.send(f"{BOX}/categorise", ticked)
    assert [browser.contact(each).properties["categories"] for each in (anna, bo, cas)] == [
        ["Klant", "CRMcorner"],
        ["Klant", "CRMcorner"],
        ["Klant"],
    ]
    assert '<span class="chip preset7">CRMcorner</span>' in answer.text
    mailbox = browser.state.directory.get(ADDRESS)
    assert [each.name for each in browser.state.categories.all(mailbox.n)] == ["CRMcorner"]
    browser.send(f"{BOX}/categorise", {**ticked, "action": "remove"})
    assert browser.contact(anna).properties["categories"] == ["Klant"]


def test_crmcorner_can_be_chosen_before_anybody_made_it(browser: Browser) -> None:
    """The list of categories offers CRMcorner in an empty mailbox too, and what the mailbox has."""
    browser.add(displayName="Anna")
    browser.state.categories.add(browser.state.directory.get(ADDRESS).n, "Familie", "preset4")
    options = re.findall(r"<option(?: selected)?>([^<]*)</option>", browser.open(BOX).text)
    assert options == ["Familie", "CRMcorner"]


def test_many_are_deleted_at_once(browser: Browser) -> None:
    """The ticked contacts go to Deleted Items; what was deleted meanwhile is passed over."""
    anna, bo = browser.add(displayName="Anna"), browser.add(displayName="Bo")
    browser.send(f"{BOX}/delete", {"ids": [anna.immutable_id, "nothing"]})
    assert names(browser.open(BOX)) == ["Bo"]
    bin_ = browser.state.folders.deleted_items(browser.state.directory.get(ADDRESS).n)
    assert browser.contact(anna).folder == bin_.n
    assert browser.contact(bo).folder != bin_.n


def test_everything_is_escaped(browser: Browser) -> None:
    """What a contact, a folder or a search holds never becomes part of the page."""
    evil = '"><script>x</script>'
    contact = browser.add(displayName=evil, categories=[evil], personalNotes=evil, companyName=evil)
    browser.state.add_folder(ADDRESS, evil)
    for path in (BOX, f"{BOX}?q=%22%3E%3Cscript%3E", card(contact), card(contact, "edit")):
        answer = browser.open(path)
        assert answer.status_code == 200
        assert "<script" not in answer.text
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_forms_of_other_sites_change_nothing(browser: Browser, headers: dict[str, str]) -> None:
    """A POST that says that it comes from elsewhere is refused."""
    contact = browser.add(displayName="Anna")
    answer = browser.send(card(contact, "delete"), {}, **headers)
    assert (answer.status_code, "another site" in answer.text) == (403, True)
    assert browser.contact(contact).folder == contact.folder


@pytest.mark.parametrize(
    "path", ["/nowhere", "/mailboxes/nobody@example.org", f"{BOX}?folder=x", f"{BOX}/contacts/x"]
)
def test_what_is_not_there_is_said(browser: Browser, path: str) -> None:
    """An address that leads nowhere answers 404 with a way back."""
    answer = browser.open(path)
    assert (answer.status_code, 'href="/"' in answer.text) == (404, True)


def test_graph_and_the_pages_live_side_by_side(browser: Browser) -> None:
    """Graph's addresses and the sandbox's own door are not the pages'."""
    assert browser.open("/v1.0/me/contacts").status_code == 401
    assert browser.open("/_sandbox/health").json is not None


def test_pages_are_dutch_for_who_reads_dutch(browser: Browser) -> None:
    """The browser's language decides; what is neither Dutch nor English becomes English."""
    languages = ("nl-NL,nl;q=0.9,en;q=0.5", "en-GB", "fr", "")
    pages = [browser.open("/", **{"Accept-Language": language}).text for language in languages]
    assert ["<h1>Postvakken</h1>" in text for text in pages] == [True, False, False, False]
    assert ["<h1>Mailboxes</h1>" in text for text in pages] == [False, True, True, True]


def texts_of_source() -> Iterator[str]:
    """Every text that the pages can show."""
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    for template in resources.files("m365_sandbox.pages").joinpath("templates").iterdir():
        for _, _, text in environment.extract_translations(template.read_text(encoding="utf-8")):  # type: ignore[attr-defined]
            # A call without a text written out, such as of a label, gives None; the labels come below.
            yield from [text] if isinstance(text, str) else []
    for module in Path(m365_sandbox.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Said":
                assert isinstance(node.args[0], ast.Constant)
                yield str(node.args[0].value)
    yield from (title for title, _ in GROUPS)
    yield from (field.label for field in FIELDS)
    yield from (label for _, label in PARTS)
    yield from LABELS_BESIDE.values()
    yield from series_text.texts()
    yield from (*event_fields.SHOW_AS.values(), *event_fields.REPEATS.values())
    yield from (*task_fields.STATUS.values(), *task_fields.IMPORTANCE.values())
    yield from reading_pages.TEXTS.values()
    yield from reading_pages.WORDS.values()


def test_every_text_has_its_dutch() -> None:
    """R100: no text without translation, none left over, the placeholders the same."""
    texts = set(texts_of_source())
    assert (texts - DUTCH.keys(), DUTCH.keys() - texts) == (set(), set())
    wrong = [
        text for text in texts if set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(DUTCH[text]))
    ]
    assert wrong == []
