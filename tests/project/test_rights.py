"""Who gets which page: every address, as a stranger, an ordinary user and an administrator (R1, R73)."""

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.builders import a_user

pytestmark = pytest.mark.django_db

OPEN = {"account_login", "account_logout"}
ADMINISTRATION = (
    "accounts:user-", "accounts:user-group-", "accounts:department-", "preferences:", "people:main-group-",
    "outlook:connection-", "accounts:employee-add",
)  # fmt: skip
SAMPLES = {"int": 987654, "str": "person:987654", "slug": "contacts", "crmid": "person:987654"}


def all_addresses() -> dict[str, str]:
    """Return name and path of every page, with made-up ids."""
    found: dict[str, str] = {}

    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> None:
        for each in patterns:
            if isinstance(each, URLResolver):
                walk(each.url_patterns, f"{prefix}{each.namespace}:")
            else:
                words = {
                    name: SAMPLES[
                        type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
                    ]
                    for name, converter in each.pattern.converters.items()
                }
                name = f"{prefix}{each.name}"
                found[name] = reverse(name, kwargs=words)

    walk(get_resolver().url_patterns, "")
    return found


ADDRESSES = all_addresses()
IMPOSSIBLE = [
    "",
    "-1",
    "0",
    "9" * 30,
    "9" * 5000,
    "\x00",
    "²",
    "٣",
    "1e9",
    "<script>",
    "\u202e\u200b",
    "' OR 1=1 --",
]
FIELDS = (
    "version", "owner", "user", "add", "remove", "chosen", "take", "kinds", "members", "main_group", "position",
    "user_group", "department", "organisation", "name", "type", "value", "emails-TOTAL_FORMS",
)  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(ADDRESSES) - OPEN))
@pytest.mark.parametrize("method", ["get", "post", "head", "options", "put", "delete"])
def test_a_stranger_is_sent_to_the_sign_in_page(client: Client, name: str, method: str) -> None:
    """R73: no page, by no method, answers who has not signed in."""
    answer = client.generic(method.upper(), ADDRESSES[name])
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", sorted(name for name in ADDRESSES if name.startswith(ADMINISTRATION)))
@pytest.mark.parametrize("method", ["get", "post"])
def test_administration_is_shut_to_users(client: Client, name: str, method: str) -> None:
    """R1: what administrators do is refused to users, whether the thing exists or not."""
    client.force_login(a_user("gebruiker"))
    answer = client.generic(method.upper(), ADDRESSES[name])
    assert answer.status_code in ({403, 404} if method == "post" else {403, 404, 405})


@pytest.mark.parametrize("name", sorted(ADDRESSES))
@pytest.mark.parametrize("administrator", [True, False])
def test_odd_addresses_are_answered(client: Client, name: str, administrator: bool) -> None:
    """Ids, pages, filters and form values that cannot be are refused or passed over, never a fault of the server."""
    client.force_login(a_user("iemand", administrator=administrator))
    client.raise_request_exception = False
    faults = []
    for odd in IMPOSSIBLE:
        names = (
            "page",
            "q",
            "find",
            "sort",
            "show",
            "user",
            "type",
            "scope",
            "group",
            "organisation",
            "next",
        )
        if client.get(ADDRESSES[name], dict.fromkeys(names, odd)).status_code >= 500:
            faults.append(("GET", odd[:40]))
        if name == "account_logout":
            continue
        if client.post(ADDRESSES[name], dict.fromkeys(FIELDS, odd)).status_code >= 500:
            faults.append(("POST", odd[:40]))
    assert faults == []


@pytest.mark.parametrize("crm_id", ["%00", "person:1%00", "person:" + "9" * 30, "person:", "Person:1", "x"])
def test_what_cannot_be_a_record_is_not_looked_for(client: Client, crm_id: str) -> None:
    """An address with an impossible record is a page that does not exist, on every kind of database."""
    client.force_login(a_user("jan"))
    for part in ("", "mend/", "put-back/"):
        assert client.post(f"/outlook/records/{crm_id}/{part}").status_code == 404


def test_a_part_of_a_page_asked_for_after_the_session_loads_the_page_afresh(client: Client) -> None:
    """The sign-in form never appears inside a page that was left open."""
    answer = client.get(reverse("outlook:progress"), headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (200, "true")
