"""Signing in and out, one's own password, and what every answer carries (R72, R73, R91)."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from crmcorner.accounts.models import User
from crmcorner.accounts.services import users
from crmcorner.history.services import journal
from tests.builders import PASSWORD, a_user, by

pytestmark = pytest.mark.django_db

SIGN_IN = "/sign-in/"
NEW = "een-heel-ander-wachtwoord"


@pytest.fixture(autouse=True)
def no_attempts_yet() -> Iterator[None]:
    """Forget the attempts of other tests."""
    cache.clear()
    yield
    cache.clear()


def signed_in(client: Client) -> bool:
    """Whether the home screen opens."""
    return client.get("/").status_code == 200


@pytest.mark.parametrize("wrong", [("weg", PASSWORD), ("weg", "x"), ("jan", "x"), ("nobody", "x")])
def test_sign_in_does_not_tell_who_exists(client: Client, wrong: tuple[str, str]) -> None:
    """R73: someone who may not sign in any more, a wrong password and an unknown name get the same sentence."""
    a_user("jan")
    a_user("weg", is_active=False)
    answer = client.post(SIGN_IN, {"login": wrong[0], "password": wrong[1]})
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors() == ["Je gebruikersnaam en/of wachtwoord zijn incorrect."]
    assert not signed_in(client)


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "\thttp:evil"],
)
def test_sign_in_leads_to_pages_of_ours_only(client: Client, target: str) -> None:
    """A link to the sign-in page cannot send the reader to another site."""
    a_user("jan")
    answer = client.post(SIGN_IN, {"login": "jan", "password": PASSWORD, "next": target})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_guessing_is_stopped(client: Client) -> None:
    """After a handful of wrong passwords even the right one is refused for a while."""
    a_user("jan")
    for _try in range(6):
        client.post(SIGN_IN, {"login": "jan", "password": "x"})
    client.post(SIGN_IN, {"login": "jan", "password": PASSWORD})
    assert not signed_in(client)


def test_someone_switched_off_is_out_at_once(client: Client) -> None:
    """R72: his session ends with the next page."""
    jan = a_user("jan")
    client.post(SIGN_IN, {"login": "jan", "password": PASSWORD})
    assert signed_in(client)
    User.objects.filter(pk=jan.pk).update(is_active=False)
    assert not signed_in(client)


@pytest.mark.parametrize(("remember", "stays"), [({"remember": "on"}, True), ({}, False)])
def test_the_box_decides_whether_the_browser_remembers(
    client: Client, remember: dict[str, str], stays: bool
) -> None:
    """Without "keep me signed in" the session ends with the browser."""
    a_user("jan")
    client.post(SIGN_IN, {"login": "jan", "password": PASSWORD} | remember)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert bool(cookie["max-age"]) is stays
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_only_a_post_signs_out(client: Client) -> None:
    """A picture or link on another site cannot sign a user out."""
    client.force_login(a_user("jan"))
    assert client.get("/sign-out/").status_code == 200
    assert signed_in(client)
    client.post("/sign-out/")
    assert not signed_in(client)
    assert not Session.objects.exists()


def test_a_user_changes_his_own_password(client: Client) -> None:
    """R8, R72: his page leads there, other browsers are out, this one is not, and the history tells that it happened."""
    jan, elsewhere = a_user("jan"), Client()
    for browser in (client, elsewhere):
        browser.post(SIGN_IN, {"login": "jan", "password": PASSWORD})
    page = client.get("/")
    assert reverse("account_change_password") in page.content.decode()
    form = client.get("/password/").content.decode()
    assert "portal.css" in form
    given = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert client.post("/password/", given | {"oldpassword": "x"}).status_code == 200
    assert client.post("/password/", given).status_code == 302
    assert signed_in(client)
    assert not signed_in(elsewhere)
    jan.refresh_from_db()
    assert jan.check_password(NEW)
    (line,) = journal.history_of(f"user:{jan.pk}")
    assert line.changes == {"password": ["…", "…"]}


def test_a_users_form_stores_all_of_it_or_nothing(client: Client) -> None:
    """R72: a password is not changed beside a form that was refused, nor over someone else's change."""
    boss, jan = a_user("boss", administrator=True), a_user("jan")
    client.force_login(boss)
    given = {
        "full_name": "Jan",
        "username": "jan",
        "email": "",
        "role": "user",
        "is_active": "on",
        "password": NEW,
    }
    seen = {"version": jan.version}
    url = reverse("accounts:user-edit", args=[jan.pk])
    users.change_user(
        actor=by(boss), user=jan, username="jan", full_name="Johan", email="", role="user", is_active=True
    )
    assert client.post(url, given | seen).status_code == 422
    assert client.post(url, given | {"username": "boss", "version": jan.version}).status_code == 422
    jan.refresh_from_db()
    assert jan.check_password(PASSWORD)
    assert client.post(url, given | {"version": jan.version}).status_code == 302
    jan.refresh_from_db()
    assert (jan.full_name, jan.check_password(NEW)) == ("Jan", True)


def test_an_administrators_own_new_password_keeps_him_in(client: Client) -> None:
    """R72: changing one's own row does not end the session at hand."""
    boss = a_user("boss", administrator=True)
    client.force_login(boss)
    given = {
        "full_name": "Boss",
        "username": "boss",
        "role": "administrator",
        "is_active": "on",
        "password": NEW,
    }
    client.post(reverse("accounts:user-edit", args=[boss.pk]), given | {"version": 1})
    assert signed_in(client)


@pytest.mark.parametrize(
    "path", ["/", SIGN_IN, "/nowhere/", "/people/persons/", "/people/persons/9/", "/settings/"]
)
def test_every_answer_carries_the_safe_headers(client: Client, path: str) -> None:
    """Pages and error pages alike allow no foreign or inline script and no frame, and are not kept by the browser."""
    client.force_login(a_user("jan"))
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert (headers["X-Frame-Options"], headers["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert "no-store" in headers["Cache-Control"]


def test_another_hosts_name_is_refused(client: Client) -> None:
    """Only the names that the installation was given are answered."""
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
