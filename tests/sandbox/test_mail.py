"""Mail over Graph: folders, messages, the filter on categories, drafts, moving, sending (Graph: message, mailFolder)."""

from dataclasses import replace
from typing import Any

import httpx2
import pytest

from m365_sandbox.app import Sandbox
from m365_sandbox.state import State
from m365_sandbox.store.mail_records import Message
from tests.sandbox.conftest import ADDRESS, STAMP, client_for, token

Json = dict[str, Any]


def person(address: str) -> Json:
    """A recipient as Graph writes it."""
    return {"emailAddress": {"name": address, "address": address}}


def letter(state: State, number: int, *categories: str, folder: str = "inbox", **more: Any) -> Message:
    """A mail that came in; the higher its number, the later."""
    properties = {
        "subject": f"Mail {number}",
        "from": person("jan@berg.example"),
        "toRecipients": [person(ADDRESS)],
        "receivedDateTime": f"2026-11-02T12:{number:02}:00Z",
        "categories": list(categories),
        **more,
    }
    return state.add_message(ADDRESS, properties, folder=folder)


def subjects(client: httpx2.Client, address: str) -> list[str]:
    """The subjects of a page, in its order."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return [each["subject"] for each in answer.json()["value"]]


def code(answer: httpx2.Response) -> tuple[int, str]:
    """Status and Graph's code of a refusal."""
    return answer.status_code, answer.json()["error"]["code"]


# --- folders ----------------------------------------------------------------------------------------------------------


def test_every_mailbox_has_its_folders(anna: httpx2.Client) -> None:
    """§2.1: those below the root, by the names of the mailbox's language; well-known names lead to them."""
    names = [each["displayName"] for each in anna.get("/mailFolders?$top=50").json()["value"]]
    assert names[:4] == ["Postvak IN", "Concepten", "Verzonden items", "Verwijderde items"]
    inbox = anna.get("/mailFolders/Inbox").json()
    assert anna.get(f"/mailFolders/{inbox['id']}").json() == inbox
    assert anna.get("/mailFolders/msgfolderroot").json()["childFolderCount"] == len(names)


def test_folders_nest_move_and_go(anna: httpx2.Client) -> None:
    """Graph: Create child folder, mailFolder: move, delete: into Deleted Items, from there for ever."""
    above = anna.post("/mailFolders", json={"displayName": "Klanten"}).json()
    below = anna.post(f"/mailFolders/{above['id']}/childFolders", json={"displayName": "Berg"}).json()
    assert code(anna.post("/mailFolders", json={"displayName": "KLANTEN"})) == (409, "ErrorFolderExists")
    assert anna.get(f"/mailFolders/{above['id']}/childFolders/{below['id']}").status_code == 200
    assert anna.patch(f"/mailFolders/{below['id']}", json={"displayName": "Van den Berg"}).status_code == 200
    into_itself = anna.post(f"/mailFolders/{above['id']}/move", json={"destinationId": below["id"]})
    assert code(into_itself) == (400, "ErrorMoveCopyFailed")
    moved = anna.post(f"/mailFolders/{below['id']}/move", json={"destinationId": "inbox"}).json()
    assert (moved["id"], moved["parentFolderId"]) == (
        below["id"],
        anna.get("/mailFolders/inbox").json()["id"],
    )
    assert anna.delete(f"/mailFolders/{below['id']}").status_code == 204
    in_bin = [
        each["displayName"] for each in anna.get("/mailFolders/deleteditems/childFolders").json()["value"]
    ]
    assert in_bin == ["Van den Berg"]
    assert anna.delete(f"/mailFolders/{below['id']}").status_code == 204
    assert anna.get(f"/mailFolders/{below['id']}").status_code == 404
    assert code(anna.delete("/mailFolders/inbox")) == (403, "ErrorDeleteDistinguishedFolder")


def test_hidden_folders_are_shown_when_asked_for(anna: httpx2.Client) -> None:
    """Graph: List mailFolders: includeHiddenFolders."""
    anna.post("/mailFolders", json={"displayName": "Geheim", "isHidden": True})
    for option, shown in (("", False), ("?includeHiddenFolders=true", True)):
        names = [each["displayName"] for each in anna.get(f"/mailFolders{option}").json()["value"]]
        assert ("Geheim" in names) == shown


def test_a_deleted_folder_takes_its_mail_along(anna: httpx2.Client, state: State) -> None:
    """Graph: mailFolder: permanentDelete: with all that lies in it."""
    place = state.add_mail_folder(ADDRESS, "Klanten")
    state.add_message(ADDRESS, {"subject": "Weg"}, folder=place)
    assert anna.post(f"/mailFolders/{place.id}/permanentDelete").status_code == 204
    assert subjects(anna, "/messages") == []


# --- finding ----------------------------------------------------------------------------------------------------------


def test_the_newest_come_first_ten_a_page(anna: httpx2.Client, state: State) -> None:
    """§2.2: over all folders, Deleted Items too; or those of one."""
    for number in range(12):
        letter(state, number, folder="deleteditems" if number % 2 else "inbox")
    page = anna.get("/messages?$select=subject&$count=true").json()
    assert ([each["subject"] for each in page["value"]][:2], page["@odata.count"]) == (
        ["Mail 11", "Mail 10"],
        12,
    )
    assert len(anna.get(page["@odata.nextLink"]).json()["value"]) == 2
    assert subjects(anna, "/mailFolders/inbox/messages?$top=2") == ["Mail 10", "Mail 8"]
    assert anna.get("/mailFolders/deleteditems/messages/$count").text == "6"


def test_the_filter_on_categories_works_across_folders(anna: httpx2.Client, state: State) -> None:
    """§2.3: without regard to case; other categories that only resemble it do not count."""
    letter(state, 1, "crmcorner", "Golf")
    letter(state, 2, "CRMcorner 2")
    letter(state, 3, "CRMcorner", folder="archive")
    asked = "$filter=categories/any(c:c eq 'CRMcorner')"
    assert subjects(anna, f"/messages?{asked}") == ["Mail 3", "Mail 1"]
    assert subjects(anna, f"/mailFolders/inbox/messages?{asked}") == ["Mail 1"]
    state.readings = replace(state.readings, category_case="sensitive")
    assert subjects(anna, f"/messages?{asked}") == ["Mail 3"]


def test_what_is_ordered_by_stands_in_the_filter_and_stands_there_first(
    anna: httpx2.Client, state: State
) -> None:
    """Graph: List messages: otherwise InefficientFilter."""
    for number in (2, 1, 3):
        letter(state, number, "CRMcorner")
    mark = "categories/any(c:c eq 'CRMcorner')"
    since = "receivedDateTime ge 1900-01-01T00:00:00Z"
    ordered = "&$orderby=receivedDateTime asc"
    assert subjects(anna, f"/messages?$filter={since} and {mark}{ordered}") == ["Mail 1", "Mail 2", "Mail 3"]
    assert subjects(anna, "/messages?$orderby=receivedDateTime asc") == ["Mail 1", "Mail 2", "Mail 3"]
    for wrong in (mark, f"{mark} and {since}"):
        assert code(anna.get(f"/messages?$filter={wrong}{ordered}")) == (400, "InefficientFilter")


@pytest.mark.parametrize("reading", ["refused", "ignored"])
def test_the_filter_may_not_be_there(anna: httpx2.Client, state: State, reading: Any) -> None:
    """§16: refused, or passed over without a word; over all folders and in one by themselves."""
    letter(state, 1, "CRMcorner")
    letter(state, 2)
    state.readings = replace(state.readings, mail_category_filter=reading)
    asked = "$filter=categories/any(c:c eq 'CRMcorner')"
    answer = anna.get(f"/messages?{asked}")
    assert answer.status_code == (400 if reading == "refused" else 200)
    assert subjects(anna, f"/mailFolders/inbox/messages?{asked}") == ["Mail 1"]
    state.readings = replace(state.readings, folder_category_filter=reading)
    assert anna.get(f"/mailFolders/inbox/messages?{asked}").status_code == answer.status_code


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("internetMessageId eq '<2@x.example>'", ["Mail 2"]),
        ("from/emailAddress/address eq 'PIET@smit.example'", ["Mail 2"]),
        ("isRead eq false", ["Mail 2"]),
        ("isDraft eq true", []),
        ("hasAttachments eq true", []),
        ("subject eq 'mail 1'", ["Mail 1"]),
        ("startswith(subject,'Mail') and importance eq 'high'", ["Mail 2"]),
        ("receivedDateTime lt 2026-11-02T12:02:00Z", ["Mail 1"]),
        (f"singleValueExtendedProperties/any(e:e/id eq '{STAMP}' and e/value eq 'a')", []),
    ],
)
def test_what_else_can_be_asked_for(
    anna: httpx2.Client, state: State, condition: str, found: list[str]
) -> None:
    """§2.2: the filters that Microsoft's pages and users show."""
    letter(state, 1)
    more: dict[str, Any] = {
        "internetMessageId": "<2@x.example>",
        "from": person("piet@smit.example"),
        "isRead": False,
    }
    letter(state, 2, importance="high", **more)
    assert subjects(anna, f"/messages?$filter={condition}") == found


def test_what_is_not_offered_is_refused(anna: httpx2.Client) -> None:
    """Never something plausible."""
    assert code(anna.get("/messages?$filter=subject gt 'a' or isRead eq true"))[0] == 400
    assert anna.get("/messages?$search=offerte").status_code == 501
    assert anna.get("/messages?$orderby=size").status_code == 501
    assert anna.get("/messages?$select=kleur").status_code == 400
    assert anna.get("/messages/delta").status_code == 501
    assert anna.get("/mailFolders/nergens").status_code == 400
    assert anna.get("/messages/nergens").status_code == 400


def test_the_text_comes_as_it_is_preferred(anna: httpx2.Client, state: State) -> None:
    """§2.2: HTML unless text is preferred; scripts are taken out; a preview of 255 characters."""
    body = {"contentType": "html", "content": f"<p>Hallo</p><script>kwaad()</script><p>{'x' * 400}</p>"}
    mail = letter(state, 1, body=body)
    shown = anna.get(f"/messages/{mail.id}").json()
    assert ("kwaad" in shown["body"]["content"], shown["bodyPreview"][:5], len(shown["bodyPreview"])) == (
        False,
        "Hallo",
        255,
    )
    answer = anna.get(f"/messages/{mail.id}", headers={"Prefer": 'outlook.body-content-type="text"'})
    assert answer.json()["body"]["contentType"] == "text"
    assert answer.headers["Preference-Applied"] == 'outlook.body-content-type="text"'
    assert not {"uniqueBody", "internetMessageHeaders"} & set(shown)


# --- changing ---------------------------------------------------------------------------------------------------------


def test_categories_are_replaced_as_a_whole(anna: httpx2.Client, state: State) -> None:
    """§2.4: and give the mail another version; a version that is not the present one is refused."""
    mail = letter(state, 1, "A")
    before = anna.get(f"/messages/{mail.id}").json()
    headers = {"If-Match": before["@odata.etag"]}
    after = anna.patch(f"/messages/{mail.id}", json={"categories": ["B", "C"]}, headers=headers)
    assert (after.status_code, after.json()["categories"]) == (200, ["B", "C"])
    assert after.json()["changeKey"] != before["changeKey"]
    again = anna.patch(f"/messages/{mail.id}", json={"categories": []}, headers=headers)
    assert code(again) == (412, "ErrorIrresolvableConflict")


@pytest.mark.parametrize(
    ("reading", "status", "subject"),
    [("refused", 403, "Mail 1"), ("ignored", 200, "Mail 1"), ("applied", 200, "Anders")],
)
def test_what_was_sent_is_sealed(
    anna: httpx2.Client, state: State, reading: Any, status: int, subject: str
) -> None:
    """§2.5: subject, text and people of what is no draft; by reading."""
    mail = letter(state, 1)
    state.readings = replace(state.readings, sent_mail_patch=reading)
    assert anna.patch(f"/messages/{mail.id}", json={"subject": "Anders"}).status_code == status
    assert anna.get(f"/messages/{mail.id}").json()["subject"] == subject


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"subject": 1}, "RequestBodyRead"),
        ({"kleur": "rood"}, "RequestBodyRead"),
        ({"isDraft": False}, "ErrorInvalidPropertySet"),
        ({"toRecipients": [{"emailAddress": {"name": "Jan"}}]}, "ErrorInvalidRecipients"),
        (
            {
                "flag": {
                    "flagStatus": "flagged",
                    "dueDateTime": {"dateTime": "2026-11-24T00:00:00", "timeZone": "UTC"},
                }
            },
            "ErrorInvalidRequest",
        ),
        ({"importance": "urgent"}, "RequestBodyRead"),
        ({"attachments": [{"name": "a"}]}, "ErrorInvalidRequest"),
    ],
)
def test_wrong_values_are_refused(anna: httpx2.Client, body: Json, expected: str) -> None:
    """Graph's code, and nothing is made."""
    assert code(anna.post("/messages", json=body)) == (400, expected)
    assert subjects(anna, "/messages") == []


def test_ids_change_with_the_folder_unless_immutable_ones_are_asked_for(
    anna: httpx2.Client, state: State
) -> None:
    """Graph: Obtain immutable identifiers; message: move and copy."""
    mail = letter(state, 1)
    prefer = {"Prefer": 'IdType="ImmutableId"'}
    stays = anna.get(f"/messages/{mail.id}", headers=prefer).json()["id"]
    moved = anna.post(f"/messages/{mail.id}/move", json={"destinationId": "archive"}).json()
    assert moved["id"] != mail.id
    assert anna.get(f"/messages/{mail.id}").status_code == 404
    assert anna.get(f"/mailFolders/archive/messages/{stays}", headers=prefer).json()["id"] == stays
    copy = anna.post(f"/messages/{moved['id']}/copy", json={"destinationId": "inbox"})
    assert (copy.status_code, subjects(anna, "/messages")) == (201, ["Mail 1", "Mail 1"])


def test_deleted_mail_lies_in_deleted_items_and_goes_from_there(anna: httpx2.Client, state: State) -> None:
    """Graph: Delete message; message: permanentDelete."""
    one, other = letter(state, 1), letter(state, 2)
    assert anna.delete(f"/messages/{one.id}").status_code == 204
    (found,) = anna.get("/mailFolders/deleteditems/messages").json()["value"]
    assert anna.delete(f"/messages/{found['id']}").status_code == 204
    assert anna.post(f"/messages/{other.id}/permanentDelete").status_code == 204
    assert subjects(anna, "/messages") == []


# --- writing and sending ----------------------------------------------------------------------------------------------


def test_a_draft_is_written_changed_and_sent(anna: httpx2.Client, state: State) -> None:
    """Graph: Create message, Update message, message: send: nothing leaves, the outbox notes whom it was for."""
    made = anna.post("/messages", json={"subject": "A", "toRecipients": [person("jan@berg.example")]}).json()
    assert (made["isDraft"], subjects(anna, "/mailFolders/drafts/messages")) == (True, ["A"])
    anna.patch(
        f"/messages/{made['id']}", json={"subject": "B", "body": {"contentType": "text", "content": "x"}}
    )
    assert anna.post(f"/messages/{made['id']}/send").status_code == 202
    (sent,) = anna.get("/mailFolders/sentitems/messages").json()["value"]
    assert (sent["subject"], sent["isDraft"], sent["from"]["emailAddress"]["address"]) == (
        "B",
        False,
        ADDRESS,
    )
    assert [(each.kind, each.recipients) for each in state.outbox.all()] == [
        ("message", ("jan@berg.example",))
    ]
    assert code(anna.post(f"/messages/{sent['id']}/send"))[0] == 400


def test_sending_at_once(anna: httpx2.Client, state: State) -> None:
    """Graph: user: sendMail: kept in Sent Items unless told otherwise; without anybody to get it, refused."""
    message = {"subject": "A", "toRecipients": [person("jan@berg.example")]}
    assert anna.post("/sendMail", json={"message": message}).status_code == 202
    assert anna.post("/sendMail", json={"message": message, "saveToSentItems": False}).status_code == 202
    assert (subjects(anna, "/messages"), len(state.outbox.all())) == (["A"], 2)
    assert code(anna.post("/sendMail", json={"message": {"subject": "A"}})) == (400, "ErrorInvalidRecipients")


def test_sending_needs_a_right_of_its_own(sandbox: Sandbox) -> None:
    """R85: the app as the firm registers it can read and mark mail, and can send none."""
    client = client_for(sandbox, f"/users/{ADDRESS}", token(sandbox).json()["access_token"])
    message = {"subject": "A", "toRecipients": [person("jan@berg.example")]}
    assert client.post("/messages", json=message).status_code == 201
    assert code(client.post("/sendMail", json={"message": message})) == (403, "ErrorAccessDenied")


def test_what_mail_is_not_modelled_with(anna: httpx2.Client, state: State) -> None:
    """501, never something plausible."""
    mail = letter(state, 1)
    for address in ("reply", "forward", "createReply", "attachments/createUploadSession"):
        assert anna.post(f"/messages/{mail.id}/{address}", json={}).status_code == 501
    search = {"@odata.type": "microsoft.graph.mailSearchFolder", "displayName": "Gemerkt"}
    assert anna.post("/mailFolders", json=search).status_code == 501
