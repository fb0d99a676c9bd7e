"""What hangs on a contact: open extensions and a picture."""

import struct

import httpx2
import pytest

NAME = "org.example.link"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", 48, 32) + b"\x08\x02\0\0\0"
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x04JF" + b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", 20, 10) + b"\x01\x01\x11\x00"
)


@pytest.fixture
def place(anna: httpx2.Client) -> str:
    """The address of a contact of Anna's."""
    return f"/contacts/{anna.post('/contacts', json={'surname': 'Jansen'}).json()['id']}"


def test_an_extension_lives_through_its_life(anna: httpx2.Client, place: str) -> None:
    """Graph: openTypeExtension: create 201, get by any of three names, update 200, delete 204."""
    body = {
        "@odata.type": "microsoft.graph.openTypeExtension",
        "extensionName": NAME,
        "crmId": "7",
        "tags": ["a", "b"],
    }
    created = anna.post(f"{place}/extensions", json=body)
    assert created.status_code == 201
    assert created.json()["id"] == f"microsoft.graph.openTypeExtension.{NAME}"
    assert created.json()["@odata.type"] == "#microsoft.graph.openTypeExtension"
    for prefix in ("", "microsoft.graph.openTypeExtension.", "Microsoft.OutlookServices.OpenTypeExtension."):
        assert anna.get(f"{place}/extensions/{prefix}{NAME}").json()["crmId"] == "7"
    assert anna.patch(f"{place}/extensions/{NAME}", json={"crmId": "8", "tags": None}).json()["crmId"] == "8"
    expanded = anna.get(f"{place}?$expand=extensions($filter=id eq '{NAME}')").json()["extensions"]
    assert [(each["extensionName"], each.get("tags")) for each in expanded] == [(NAME, None)]
    assert anna.get(f"{place}?$expand=extensions($filter=id eq 'other')").json()["extensions"] == []
    assert anna.delete(f"{place}/extensions/{NAME}").status_code == 204
    assert anna.get(f"{place}/extensions/{NAME}").status_code == 404


def test_an_extension_made_with_the_contact_is_in_the_answer(anna: httpx2.Client) -> None:
    """Graph: Create open extension: the answer holds the new instance with the extension."""
    created = anna.post(
        "/contacts", json={"surname": "A", "extensions": [{"extensionName": NAME, "crmId": "7"}]}
    )
    assert created.json()["extensions"][0]["crmId"] == "7"


@pytest.mark.parametrize("body", [{"crmId": "7"}, {"extensionName": NAME, "nested": {"a": 1}}])
def test_wrong_extensions_are_refused(anna: httpx2.Client, place: str, body: dict[str, object]) -> None:
    """Graph: Create open extension: a name, and data that are simple values or lists of them."""
    assert anna.post(f"{place}/extensions", json=body).status_code == 400


@pytest.mark.parametrize(
    ("content", "kind", "shown"), [(PNG, "image/png", "48x32"), (JPEG, "image/jpeg", "10x20")]
)
def test_a_picture_is_put_and_got(
    anna: httpx2.Client, place: str, content: bytes, kind: str, shown: str
) -> None:
    """Graph: profilePhoto: 404 before, the bytes and their size after; the contact has changed."""
    assert anna.get(f"{place}/photo").status_code == anna.get(f"{place}/photo/$value").status_code == 404
    before = anna.get(place).json()["changeKey"]
    assert (
        anna.put(f"{place}/photo/$value", content=content, headers={"Content-Type": kind}).status_code == 200
    )
    picture = anna.get(f"{place}/photo/$value")
    assert (picture.content, picture.headers["Content-Type"]) == (content, kind)
    about = anna.get(f"{place}/photo").json()
    assert (about["id"], about["@odata.mediaContentType"]) == (shown, kind)
    assert anna.get(place).json()["changeKey"] != before


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\xff\xd8\xff"])
def test_what_is_no_picture_is_refused(anna: httpx2.Client, place: str, content: bytes) -> None:
    """JPEG and PNG are understood."""
    assert anna.put(f"{place}/photo/$value", content=content).status_code == 400
