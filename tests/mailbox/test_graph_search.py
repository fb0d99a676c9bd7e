"""Finding our marks where the service does not filter as it should."""

import httpx2
import msgspec
import pytest

from crmcorner.mailbox.errors import ConsentRequired
from crmcorner.mailbox.graph.folders import Folders
from crmcorner.mailbox.graph.search import find_stamped
from crmcorner.mailbox.graph.stamp import PROPERTY
from tests.mailbox.graph_world import BASE_URL, client_with

ROOT = "/users/anna"


def _item(name: str, stamp: str = "", made: str = "2026-01-01T00:00:00Z") -> dict[str, object]:
    marks = [{"id": PROPERTY, "value": stamp}] if stamp else []
    return {"id": name, "createdDateTime": made, "singleValueExtendedProperties": marks}


def test_a_filter_that_is_passed_over_finds_no_wrong_item() -> None:
    """R17: what does not bear the mark was not asked for; then every page is looked at."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("$batch"):
            asked = msgspec.json.decode(request.content)["requests"]
            page = {"value": [_item("A"), _item("B")]}
            return httpx2.Response(
                200, json={"responses": [{"id": each["id"], "status": 200, "body": page} for each in asked]}
            )
        if "contactFolders/delta" in str(request.url):
            return httpx2.Response(200, json={"value": [], "@odata.deltaLink": f"{BASE_URL}/x"})
        if "skip" in str(request.url):
            late = _item("D", "s2", "2026-02-01T00:00:00Z")
            return httpx2.Response(200, json={"value": [late, _item("C", "s2"), _item("E", "other")]})
        more = f"{BASE_URL}{ROOT}/contacts?$skip=2"
        return httpx2.Response(200, json={"value": [_item("A"), _item("B")], "@odata.nextLink": more})

    client = client_with(answer)
    found = find_stamped(client, ROOT, Folders(client, ROOT), ["s1", "s2"])
    assert {stamp: item.id for stamp, item in found.items()} == {"s2": "C"}


def test_a_folder_that_cannot_be_searched_is_no_proof_of_absence() -> None:
    """R17: "found none" must be certain, or a second item would be made."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        refusal = {"id": "0", "status": 403, "body": {"error": {"code": "ErrorAccessDenied"}}}
        return httpx2.Response(200, json={"responses": [refusal]})

    client = client_with(answer)
    with pytest.raises(ConsentRequired):
        find_stamped(client, ROOT, Folders(client, ROOT), ["s1"])
