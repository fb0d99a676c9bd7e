"""Pages over records that were filled in by an enemy, and ids and names that are not the reader's (R73, R91)."""

import re
from contextlib import closing
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from crmcorner.accounts.models import User
from crmcorner.accounts.services import users
from crmcorner.history.models import HistoryLine
from crmcorner.outlook import secrets
from crmcorner.outlook.models import ConflictRow, OutlookLink, Question, Retry, Run
from crmcorner.outlook.models.connection import Connection
from crmcorner.outlook.services import connections
from crmcorner.people.crm_ids import crm_id_of
from crmcorner.people.models import Person
from crmcorner.people.services import groups
from tests.builders import a_group, a_person, a_user, an_organisation, by
from tests.outlook.world import JAN, World

pytestmark = pytest.mark.django_db

EVIL = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'{{7*7}}{% load x %}"
ODD_TEXTS = [
    EVIL,
    "\u202egnp.exe",
    "a\u200bb\u2066c",
    '=HYPERLINK("http://evil.example")',
    "Bcc: x\r\ny",
    "Z̸̢" * 30,
]
SECRET = "s3cret-nobody-may-read"


class Dangers(HTMLParser):
    """Gathers what a page would run or lead to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note scripts of the page itself, event attributes and links of other schemes."""
        given = dict(attrs)
        if tag == "script" and not (given.get("src") or "").startswith("/static/"):
            self.found.append(tag)
        self.found += [name for name in given if name.startswith("on") or name == "style"]
        for name in ("href", "src", "action"):
            scheme = re.match(r"\s*([a-z]+):", given.get(name) or "", re.IGNORECASE)
            if scheme and scheme[1].lower() not in {"http", "https", "mailto", "tel"}:
                self.found.append(given[name] or "")


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_hostile_texts_are_shown_as_text(client: Client, text: str) -> None:
    """Names, notes, groups and websites of enemies run nothing on any page that shows them."""
    boss = a_user("boss", administrator=True, full_name=text[:200])
    client.force_login(boss)
    name = text[:60]
    firm = an_organisation(boss, name=f"{name} B.V.", website="javascript:alert(1)", note=text)
    person = a_person(
        boss,
        organisation=firm,
        given_name=name,
        nickname=name,
        job_title=name,
        website=" javascript:alert(1)",
        emails=("x'onmouseover='alert(3)@a.nl",),
        note=text,
    )
    group = a_group(boss, name)
    groups.add_members(actor=by(boss), group=group, crm_ids=[crm_id_of(person), crm_id_of(firm)])
    for path in (
        "/",
        "/search/?q=" + "a",
        reverse("people:person-list"),
        reverse("people:person", args=[person.pk]),
        reverse("people:person-edit", args=[person.pk]),
        reverse("people:organisation", args=[firm.pk]),
        reverse("people:organisation-list"),
        reverse("people:group", args=[group.pk]) + "?find=a",
        reverse("people:group-list"),
        reverse("accounts:user-list"),
        reverse("preferences:setting-list"),
        reverse("outlook:status"),
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert Dangers(answer.content.decode()).found == [], path
    assert Dangers(client.get("/search/", {"q": text}).content.decode()).found == []


def test_a_mail_address_cannot_fill_in_more_than_itself(client: Client) -> None:
    """A link to write to someone has no second receiver nor subject."""
    boss = a_user("boss")
    client.force_login(boss)
    person = a_person(boss, emails=("jan?bcc=evil&x@firm.nl",))
    page = client.get(reverse("people:person", args=[person.pk])).content.decode()
    assert 'href="mailto:jan%3Fbcc%3Devil%26x@firm.nl"' in page


def test_a_large_note_is_kept_and_shown(client: Client) -> None:
    """A note of a megabyte is stored whole; one beyond what a form may carry is refused with a page."""
    boss = a_user("boss")
    client.force_login(boss)
    forms = {
        f"{part}-{name}": "0" for part in ("emails", "phones") for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    countries = {f"address_{kind}-country": "NL" for kind in ("work", "home", "other")}
    given = forms | countries | {"surname": "Lang", "memo": "a" * 1_000_000}
    assert client.post(reverse("people:person-add"), given).status_code == 302
    person = Person.objects.get(surname="Lang")
    assert len(person.memo) == 1_000_000
    assert client.get(reverse("people:person", args=[person.pk])).status_code == 200
    assert client.post(reverse("people:person-add"), given | {"memo": "a" * 5_000_000}).status_code == 400


def test_history_keeps_groups_that_are_not_public_to_their_owner(client: Client) -> None:
    """R73: a record's history names them to their owner only; lines that say nothing else are left out."""
    owner, colleague = a_user("owner"), a_user("colleague", administrator=True)
    person, firm = a_person(owner), an_organisation(owner)
    for group in (a_group(owner, "Dichtbij", public=False), a_group(owner, "Openbaar")):
        groups.add_members(actor=by(owner), group=group, crm_ids=[crm_id_of(person), crm_id_of(firm)])
        groups.remove_members(actor=by(owner), group=group, crm_ids=[crm_id_of(firm)])
    paths = [
        reverse("people:person", args=[person.pk]),
        reverse("people:organisation", args=[firm.pk]),
    ]
    for user, sees in ((owner, True), (colleague, False)):
        client.force_login(user)
        for path in paths:
            page = client.get(path).content.decode()
            assert ("Dichtbij" in page) is sees
            assert "Openbaar" in page
            assert "group:" not in page
    for path in (
        "/",
        "/search/?q=dichtbij",
        reverse("people:group-list"),
        reverse("people:group-list") + "?show=bin",
    ):
        assert "Dichtbij" not in client.get(path).content.decode()


def test_a_private_group_does_not_exist_for_others(client: Client) -> None:
    """R73: every page and action of it is 404 to all but its owner, administrators not excepted."""
    owner, person = a_user("owner"), a_person()
    group = a_group(owner, "Dicht", public=False)
    for user in (a_user("colleague"), a_user("boss", administrator=True)):
        client.force_login(user)
        for name in ("group", "group-edit", "group-members", "group-delete", "group-restore"):
            path = reverse(f"people:{name}", args=[group.pk])
            answer = client.post(path, {"add": crm_id_of(person), "name": "x", "owner": user.pk})
            assert answer.status_code == 404, name
    group.refresh_from_db()
    assert (group.name, group.memberships.count(), group.deleted_at) == ("Dicht", 0, None)


def test_another_users_matters_do_not_exist(client: Client) -> None:
    """R13, R16, R18, R44: runs, questions, conflicts, failures and links answer to their own user alone."""
    world = World()
    (jan,) = world.adds(JAN)
    mine = world.connection
    run = Run.objects.create(connection=mine, trigger="button", state="done")
    question = Question.objects.create(
        connection=mine, kind="Contacts", item_id="i", reason="r", candidates=[jan]
    )
    conflict = ConflictRow.objects.create(
        connection=mine,
        kind="Contacts",
        crm_id=jan,
        field="surname",
        winner="ask",
        crm_value="a",
        outlook_value="b",
    )
    retry = Retry.objects.create(connection=mine, kind="Contacts", crm_id=jan, reason="r", label="Geheim")
    link = OutlookLink.objects.create(
        connection=mine, kind="Contacts", crm_id=jan, item_id="i", status="removed", base="{}"
    )
    for user in (a_user("colleague"), a_user("boss", administrator=True)):
        client.force_login(user)
        assert client.get(reverse("outlook:line-list", args=[run.pk, "contacts", "count"])).status_code == 404
        assert client.post(reverse("outlook:answer", args=[question.pk]), {"chosen": jan}).status_code == 404
        assert client.post(reverse("outlook:decide", args=[conflict.pk]), {"take": "crm"}).status_code == 404
        assert client.post(reverse("outlook:dismiss", args=[retry.pk])).status_code == 404
        assert client.post(reverse("outlook:put-back", args=[jan])).status_code == 404
        for path in ("outlook:matters", "outlook:run-list", "outlook:status"):
            assert "Geheim" not in client.get(reverse(path)).content.decode()
        client.post(reverse("outlook:stop"))
    for row in (question, conflict, retry, link):
        row.refresh_from_db()
    assert (question.chosen, conflict.verdict, retry.dismissed_at, link.status) == ("", "", None, "removed")


def test_a_mailbox_secret_is_shown_nowhere(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    """R91: not on its form, in history, in a repr or a log, nor readable in the database; an empty field keeps it."""
    boss, jan = a_user("boss", administrator=True), a_user("jan")
    client.force_login(boss)
    given = {"address": "jan@firm.example", "tenant": "t", "client_id": "c", "client_secret": SECRET}
    refused = client.post(reverse("outlook:connection-add"), given | {"user": jan.pk, "address": "nothing"})
    assert refused.status_code == 422
    assert client.post(reverse("outlook:connection-add"), given | {"user": jan.pk}).status_code == 302
    row = Connection.objects.get()
    edit = reverse("outlook:connection-edit", args=[row.pk])
    kept = {"address": "jan@other.example", "tenant": "", "client_id": "", "client_secret": ""}
    assert client.post(edit, kept).status_code == 302
    row.refresh_from_db()
    assert row.address == "jan@other.example"
    with closing(connections.open_mailbox(row)) as mailbox:  # type: ignore[type-var]
        shown = repr(mailbox)
    texts = [
        refused.content.decode(),
        client.get(edit).content.decode(),
        repr(row),
        str(vars(row)),
        shown,
    ]
    texts += [client.get(reverse("outlook:connection-list")).content.decode(), caplog.text]
    texts += [str(list(HistoryLine.objects.values()))]
    assert not [text for text in texts if SECRET in text]
    assert secrets.unseal(row.credentials)["client_secret"] == SECRET


def test_history_of_users_has_no_passwords() -> None:
    """R8: a new user's line does not hold his password in any form."""
    boss = a_user("boss", administrator=True)
    made = users.create_user(actor=by(boss), username="x", full_name="X", password=SECRET)
    lines = str(list(HistoryLine.objects.values()))
    assert SECRET not in lines
    assert made.password not in lines
    assert isinstance(made, User)


def test_of_two_browsers_the_later_is_told(client: Client) -> None:
    """R71: who saves over someone else's change gets his text back with a sentence, and the first change stands."""
    boss = a_user("boss", administrator=True)
    client.force_login(boss)
    group = a_group(boss, "Eerst")
    path = reverse("people:group-edit", args=[group.pk])
    given = {"name": "Van een", "owner": boss.pk, "public": "on", "version": group.version}
    assert client.post(path, given).status_code == 302
    answer = client.post(path, given | {"name": "Van twee"})
    assert answer.status_code == 422
    assert "Van twee" in answer.content.decode()
    assert answer.context["loose_errors"]
    group.refresh_from_db()
    assert group.name == "Van een"
