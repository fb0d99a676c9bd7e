"""Every answer of mail, name by name and type by type, against Microsoft's own metadata."""

import base64

import httpx2
import pytest

from m365_sandbox.message_type import FILE, FOLDER_PROPERTIES, ITEM, PROPERTIES, REFERENCE
from m365_sandbox.state import State
from tests.sandbox.conftest import STAMP
from tests.sandbox.test_metadata import metadata, problems

_NAVIGATION = {"attachments", "extensions", "multiValueExtendedProperties", "singleValueExtendedProperties"}
_OF_FOLDERS = {"childFolders", "messageRules", "messages"} | _NAVIGATION
_BESIDE = (
    "$expand=extensions,singleValueExtendedProperties($filter=id eq 'STAMP'),"
    "multiValueExtendedProperties($filter=id eq 'StringArray 0x1000')"
)
_SELECT = "$select=subject,uniqueBody,internetMessageHeaders,categories"


@pytest.fixture
def message(anna: httpx2.Client) -> str:
    """The id of a draft that has every property and every kind of attachment."""
    person = {"emailAddress": {"name": "Jan", "address": "jan@berg.example"}}
    flag = {
        "flagStatus": "flagged",
        "startDateTime": {"dateTime": "2026-11-24T00:00:00", "timeZone": "UTC"},
        "dueDateTime": {"dateTime": "2026-11-25T00:00:00", "timeZone": "UTC"},
    }
    made = anna.post(
        "/messages",
        json={
            "subject": "Offerte",
            "body": {"contentType": "html", "content": "<p>Hallo</p>"},
            **{name: [person] for name in ("toRecipients", "ccRecipients", "bccRecipients", "replyTo")},
            "from": person,
            "sender": person,
            "internetMessageId": "<1@x.example>",
            "internetMessageHeaders": [{"name": "X-Soort", "value": "a"}],
            "categories": ["CRMcorner"],
            "importance": "high",
            "inferenceClassification": "other",
            "isReadReceiptRequested": True,
            "flag": flag,
            "singleValueExtendedProperties": [{"id": STAMP, "value": "1"}],
            "multiValueExtendedProperties": [{"id": "StringArray 0x1000", "value": ["a"]}],
            "extensions": [{"extensionName": "org.example", "n": 1}],
            "attachments": [
                {"@odata.type": FILE, "name": "a.txt", "contentBytes": base64.b64encode(b"x").decode()},
                {
                    "@odata.type": ITEM,
                    "name": "b",
                    "item": {"@odata.type": "#microsoft.graph.message", "subject": "b"},
                },
                {"@odata.type": REFERENCE, "name": "c"},
            ],
        },
    )
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def test_the_message_and_folder_types_are_those_of_the_metadata() -> None:
    """Every property of Graph's message and mailFolder is modelled, and no other."""
    assert set(PROPERTIES) == set(metadata().properties["message"]) - _NAVIGATION
    # The size of a folder is in no metadata of v1.0, yet in its answers.
    assert set(FOLDER_PROPERTIES) - {"sizeInBytes"} == set(metadata().properties["mailFolder"]) - _OF_FOLDERS


@pytest.mark.parametrize(
    ("address", "type_name"),
    [
        ("/messages", "Collection(graph.message)"),
        ("/messages/{message}", "graph.message"),
        (f"/messages/{{message}}?{_SELECT}", "graph.message"),
        ("/messages/{message}?$expand=attachments", "graph.message"),
        (f"/messages/{{message}}?{_BESIDE}", "graph.message"),
        ("/mailFolders/drafts/messages", "Collection(graph.message)"),
        ("/mailFolders/drafts/messages/delta", "Collection(graph.message)"),
        ("/messages/{message}/attachments", "Collection(graph.attachment)"),
        (
            "/messages/{message}/attachments?$expand=microsoft.graph.itemattachment/item",
            "Collection(graph.attachment)",
        ),
        ("/mailFolders?$select=id,displayName,parentFolderId,isHidden", "Collection(graph.mailFolder)"),
        (
            "/mailFolders/delta?$select=displayName,totalItemCount,unreadItemCount",
            "Collection(graph.mailFolder)",
        ),
    ],
)
def test_answers_are_as_the_metadata_say(
    anna: httpx2.Client, state: State, message: str, *, address: str, type_name: str
) -> None:
    """Graph v1.0 metadata: every name is declared, every value is of its type."""
    assert state.messages is not None
    answer = anna.get(address.format(message=message).replace("STAMP", STAMP))
    assert answer.status_code == 200, answer.text
    body = answer.json()
    value = body["value"] if type_name.startswith("Collection") else body
    assert value
    assert list(problems(value, type_name, "")) == []
