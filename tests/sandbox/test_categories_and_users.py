"""The list of categories, the user, and his mailbox settings."""

import httpx2
import pytest

from tests.sandbox.conftest import ADDRESS

LIST = "/outlook/masterCategories"


def test_a_category_is_made_once_and_keeps_its_name(anna: httpx2.Client) -> None:
    """R39; Graph: outlookCategory: names are unique, only the colour can change."""
    made = anna.post(LIST, json={"displayName": "CRMcorner", "color": "preset7"})
    assert made.status_code == 201
    again = anna.post(LIST, json={"displayName": "crmcorner"})
    assert again.status_code == 409
    one = f"{LIST}/{made.json()['id']}"
    assert anna.patch(one, json={"color": "preset3"}).json()["color"] == "preset3"
    assert anna.patch(one, json={"displayName": "Other"}).status_code == 400
    assert anna.patch(one, json={"color": "pink"}).status_code == 400
    assert [
        each["displayName"] for each in anna.get(f"{LIST}?$filter=displayName eq 'x'").json()["value"]
    ] == ["CRMcorner"], "a filter is passed over, as at Microsoft"
    assert anna.delete(one).status_code == 204
    assert anna.get(one).status_code == 404


def test_items_bear_categories_that_are_not_in_the_list(anna: httpx2.Client) -> None:
    """An item's categories are plain names; taking one off the list leaves them."""
    made = anna.post(LIST, json={"displayName": "Blauw"}).json()
    contact = anna.post("/contacts", json={"surname": "A", "categories": ["Blauw", "Nergens"]}).json()
    anna.delete(f"{LIST}/{made['id']}")
    assert anna.get(f"/contacts/{contact['id']}").json()["categories"] == ["Blauw", "Nergens"]


@pytest.mark.parametrize("body", [{}, {"displayName": ""}, {"displayName": "A", "name": "B"}])
def test_wrong_categories_are_refused(anna: httpx2.Client, body: dict[str, str]) -> None:
    """Graph: Create outlookCategory: a displayName, and nothing that it does not know."""
    assert anna.post(LIST, json=body).status_code == 400


def test_a_user_is_found_by_id_and_by_address(anna: httpx2.Client, graph: httpx2.Client) -> None:
    """Graph: Get user."""
    me = anna.get("").json()
    assert (me["mail"], me["displayName"]) == (ADDRESS, "Anna de Vries")
    assert graph.get(f"/users/{me['id']}").json() == graph.get(f"/users/{ADDRESS}").json() == me
    assert set(graph.get(f"/users/{ADDRESS}?$select=mail").json()) == {"@odata.context", "mail"}


def test_settings_tell_language_and_zone(anna: httpx2.Client) -> None:
    """R5; Graph: Get user mailbox settings: all, or one."""
    settings = anna.get("/mailboxSettings").json()
    assert settings["timeZone"] == "W. Europe Standard Time"
    assert settings["language"] == {"locale": "nl-NL", "displayName": "Dutch (Netherlands)"}
    assert anna.get("/mailboxSettings/timeZone").json()["value"] == settings["timeZone"]
    assert anna.get("/mailboxSettings/language").json()["locale"] == "nl-NL"
    assert anna.get("/mailboxSettings/shoeSize").status_code == 400


def test_ids_of_other_kinds_are_not_translated(anna: httpx2.Client) -> None:
    """Graph: translateExchangeIds: at most a thousand; the forms of MAPI and EWS are not modelled."""
    body = {"inputIds": ["x"], "sourceIdType": "ewsId", "targetIdType": "restId"}
    assert anna.post("/translateExchangeIds", json=body).status_code == 501
    body = {"inputIds": ["x"] * 1001, "sourceIdType": "restId", "targetIdType": "restImmutableEntryId"}
    assert anna.post("/translateExchangeIds", json=body).status_code == 400
