"""Every answer of the sandbox, name by name and type by type, against Microsoft's own metadata."""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

import httpx2
import pytest

from m365_sandbox.contact_type import PROPERTIES
from m365_sandbox.state import State
from m365_sandbox.store.attached import Photo
from tests.sandbox.conftest import ADDRESS, STAMP
from tests.sandbox.test_attached import PNG

_EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
_METADATA = Path(__file__).parent / "data" / "graph-metadata.xml"
_SIMPLE = {
    "Edm.String": lambda value: isinstance(value, str),
    "Edm.Boolean": lambda value: isinstance(value, bool),
    "Edm.Int32": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "Edm.Double": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "Edm.Date": lambda value: bool(re.fullmatch(r"\d{4}-\d\d-\d\d", value)),
    "Edm.DateTimeOffset": lambda value: bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", value)),
    "Edm.TimeOfDay": lambda value: bool(re.fullmatch(r"\d\d:\d\d:\d\d(\.\d+)?", value)),
    "Edm.Guid": lambda value: bool(UUID(value)),
    "Edm.Binary": lambda value: bool(base64.b64decode(value)),
}


@dataclass(frozen=True)
class Metadata:
    """Types by name: their properties (name -> type, with those of the types below) and the members of enums."""

    properties: dict[str, dict[str, str]]
    open_types: frozenset[str]
    enums: dict[str, frozenset[str]]


@cache
def metadata() -> Metadata:
    """The metadata as data."""
    parsed = ET.parse(_METADATA)  # noqa: S314 - a file of our own
    schema = parsed.getroot().find(f".//{_EDM}Schema")
    assert schema is not None
    types = {
        each.attrib["Name"]: each
        for kind in ("EntityType", "ComplexType")
        for each in schema.iter(_EDM + kind)
    }

    def of(name: str) -> dict[str, str]:
        if not name:
            return {}
        if name not in types:  # the extract leaves out types between a user and an entity
            return of("entity")
        own = {
            each.attrib["Name"]: each.attrib["Type"]
            for kind in ("Property", "NavigationProperty")
            for each in types[name].iter(_EDM + kind)
        }
        return {**of(types[name].attrib.get("BaseType", "").removeprefix("graph.")), **own}

    return Metadata(
        {name: of(name) for name in types},
        frozenset(name for name, each in types.items() if each.attrib.get("OpenType") == "true"),
        {
            each.attrib["Name"]: frozenset(member.attrib["Name"] for member in each.iter(f"{_EDM}Member"))
            for each in schema.iter(f"{_EDM}EnumType")
        },
    )


def problems(value: Any, type_name: str, place: str) -> Iterator[str]:
    """What in a JSON value is not as its type wants it."""
    if value is None:
        return
    if inner := re.fullmatch(r"Collection\((.+)\)", type_name):
        if not isinstance(value, list):
            yield f"{place} is no list"
            return
        for at, each in enumerate(value):
            yield from problems(each, inner[1], f"{place}[{at}]")
        return
    name = type_name.removeprefix("graph.")
    if name in metadata().enums:
        if value not in metadata().enums[name]:
            yield f"{place} = {value!r} is no member of {name}"
    elif name in _SIMPLE:
        try:
            if not _SIMPLE[name](value):
                yield f"{place} = {value!r} is no {name}"
        except (TypeError, ValueError):
            yield f"{place} = {value!r} is no {name}"
    else:
        yield from _object_problems(value, name, place)


def _object_problems(value: Any, name: str, place: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{place} is no object"
        return
    stated = value.get("@odata.type", "").removeprefix("#microsoft.graph.")
    known = metadata().properties.get(stated or name)
    if known is None:
        yield f"{place} is of type {stated or name}, which the metadata do not know"
        return
    for key, content in value.items():
        if "@" in key:
            continue
        if key in known:
            yield from problems(content, known[key], f"{place}/{key}")
        # A contact is of an open type, yet the sandbox has no business with names that nobody declared.
        elif stated != "openTypeExtension":
            yield f"{place}/{key} is not in the metadata"


@pytest.fixture
def contact(state: State) -> str:
    """The id of a contact that has every property."""
    address = {"street": "A 1", "city": "B", "state": "C", "postalCode": "1", "countryOrRegion": "D"}
    texts = {name: name for name, kind in metadata().properties["contact"].items() if kind == "Edm.String"}
    for name in ("id", "changeKey", "parentFolderId"):
        del texts[name]
    lists = {
        name: ["x"] for name in ("businessPhones", "homePhones", "imAddresses", "children", "categories")
    }
    made = state.add_contact(
        ADDRESS,
        {
            **texts,
            **lists,
            **dict.fromkeys(("homeAddress", "businessAddress", "otherAddress"), address),
            "emailAddresses": [{"address": f"{n}@x.nl", "name": "N"} for n in range(3)],
            "birthday": "1974-07-22",
        },
        photo=Photo("image/png", PNG),
        extended={STAMP: "1"},
    )
    state.add_contact(ADDRESS, {})
    return made.id


def test_the_contact_type_is_that_of_the_metadata() -> None:
    """Every property of Graph's contact is modelled, and no other."""
    known = metadata().properties["contact"]
    navigation = {"extensions", "multiValueExtendedProperties", "photo", "singleValueExtendedProperties"}
    assert set(PROPERTIES) == set(known) - navigation


@pytest.mark.parametrize(
    ("address", "type_name"),
    [
        ("/contacts", "Collection(graph.contact)"),
        ("/contacts/{contact}", "graph.contact"),
        (
            "/contacts/{contact}?$expand=extensions,singleValueExtendedProperties($filter=id eq 'STAMP')",
            "graph.contact",
        ),
        ("/contacts/delta", "Collection(graph.contact)"),
        ("/contacts/{contact}/photo", "graph.profilePhoto"),
        ("/contacts/{contact}/extensions", "Collection(graph.extension)"),
        ("/contactFolders", "Collection(graph.contactFolder)"),
        ("/contactFolders/delta", "Collection(graph.contactFolder)"),
        ("/contactFolders/{folder}", "graph.contactFolder"),
        ("/contactFolders/{folder}/contacts", "Collection(graph.contact)"),
        ("/outlook/masterCategories", "Collection(graph.outlookCategory)"),
        ("/mailboxSettings", "graph.mailboxSettings"),
        ("/mailboxSettings/workingHours", "graph.workingHours"),
        ("", "graph.user"),
        ("?$select=id,proxyAddresses,otherMails,mailboxSettings", "graph.user"),
    ],
)
def test_answers_are_as_the_metadata_say(
    anna: httpx2.Client, state: State, default_folder: str, contact: str, *, address: str, type_name: str
) -> None:
    """Graph v1.0 metadata: every name is declared, every value is of its type."""
    state.add_folder(ADDRESS, "Klanten")
    state.categories.add(state.directory.get(ADDRESS).n, "Blauw", "preset7")
    anna.post(f"/contacts/{contact}/extensions", json={"extensionName": "org.example", "n": 1})
    answer = anna.get(address.format(contact=contact, folder=default_folder).replace("STAMP", STAMP))
    assert answer.status_code == 200, answer.text
    body = answer.json()
    value = body["value"] if type_name.startswith("Collection") else body
    assert value
    assert list(problems(value, type_name, "")) == []


def test_the_check_finds_what_is_wrong() -> None:
    """The check itself can fail: unknown names, wrong types, wrong members."""
    wrong = {
        "givenName": 3,
        "children": "x",
        "birthday": "1974-07-22",
        "homeAddress": {"zip": "1"},
        "shoeSize": 43,
        "emailAddresses": [{"address": None}],
    }
    assert len(list(problems(wrong, "graph.contact", ""))) == 5
    assert list(problems({"color": "pink"}, "graph.outlookCategory", "")) == [
        "/color = 'pink' is no member of categoryColor"
    ]
