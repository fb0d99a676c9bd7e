"""Contacts as Graph answers them: create, read, change, delete, and the options of lists."""

import httpx2
import pytest

from m365_sandbox.state import State
from m365_sandbox.store.records import JsonObject
from tests.sandbox.conftest import ADDRESS, STAMP


def create(anna: httpx2.Client, **properties: object) -> JsonObject:
    """A contact of Anna's."""
    answer = anna.post("/contacts", json=properties)
    assert answer.status_code == 201, answer.text
    created: JsonObject = answer.json()
    return created


def code(answer: httpx2.Response) -> tuple[int, str]:
    """Status and error code."""
    return answer.status_code, answer.json()["error"]["code"]


def test_a_created_contact_is_read_back_whole(anna: httpx2.Client) -> None:
    """Graph: Create contact: 201 with the contact; what was not given is null, an empty list or an empty address."""
    sent = {
        "givenName": "Jan",
        "surname": "Jansen",
        "emailAddresses": [{"address": "jan@firma.nl", "name": "Jan"}],
        "businessPhones": ["+31 23 5423445"],
        "homeAddress": {"street": "Spiegelstraat 3", "postalCode": "2011 BN", "city": "Haarlem"},
        "categories": ["CRMcorner"],
    }
    created = create(anna, **sent)
    read = anna.get(f"/contacts/{created['id']}").json()
    assert read == created
    assert {name: read[name] for name in sent} == sent
    assert read["displayName"] == "Jan Jansen"
    assert (read["spouseName"], read["homePhones"], read["otherAddress"]) == (None, [], {})
    assert read["@odata.etag"] == f'W/"{read["changeKey"]}"'


def test_a_patch_leaves_what_it_does_not_name(anna: httpx2.Client) -> None:
    """Graph: Update contact: properties that are not in the body keep their values."""
    created = create(anna, givenName="Jan", jobTitle="Director", mobilePhone="06 12345678")
    answer = anna.patch(f"/contacts/{created['id']}", json={"mobilePhone": None, "department": "Sales"})
    changed = answer.json()
    assert answer.status_code == 200
    assert (changed["jobTitle"], changed["department"], changed["mobilePhone"]) == ("Director", "Sales", None)
    assert changed["changeKey"] != created["changeKey"]


def test_the_display_name_is_made_anew_unless_sent_along(anna: httpx2.Client) -> None:
    """Graph: Update contact: a change of a name part overwrites a displayName that is not in the body."""
    created = create(anna, givenName="Jan", surname="Jansen", displayName="De heer J. Jansen")
    kept = anna.patch(f"/contacts/{created['id']}", json={"jobTitle": "Director"}).json()
    made = anna.patch(f"/contacts/{created['id']}", json={"givenName": "Piet"}).json()
    assert (kept["displayName"], made["displayName"]) == ("De heer J. Jansen", "Piet Jansen")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"businessPhones": ["1", "2", "3"]}, "ErrorPropertyValidationFailure"),
        ({"homePhones": ["1", "2", "3"]}, "ErrorPropertyValidationFailure"),
        ({"emailAddresses": [{"address": f"{n}@x.nl"} for n in range(4)]}, "ErrorPropertyValidationFailure"),
        ({"changeKey": "x"}, "ErrorInvalidPropertySet"),
        ({"createdDateTime": "2020-01-01T00:00:00Z"}, "ErrorInvalidPropertySet"),
        ({"givenname": "Jan"}, "RequestBodyRead"),
        ({"givenName": 7}, "RequestBodyRead"),
        ({"children": "Kees"}, "RequestBodyRead"),
        ({"homeAddress": {"street": 3}}, "RequestBodyRead"),
        ({"homeAddress": {"zip": "2011"}}, "RequestBodyRead"),
        ({"birthday": "yesterday"}, "RequestBodyRead"),
        ({"givenName": "Jan\x00"}, "ErrorInvalidRequest"),
    ],
)
def test_what_outlook_cannot_hold_is_refused(anna: httpx2.Client, body: JsonObject, expected: str) -> None:
    """Graph answers 400 for too many values, read-only and unknown properties and wrong types, and stores nothing."""
    assert code(anna.post("/contacts", json=body)) == (400, expected)
    assert anna.get("/contacts").json()["value"] == []


def test_annotations_in_a_body_are_passed_over(anna: httpx2.Client) -> None:
    """Clients of Microsoft's send `@odata.type` along."""
    created = create(anna, **{"@odata.type": "#microsoft.graph.contact", "surname": "Jansen"})
    assert created["surname"] == "Jansen"


def test_the_server_tidies_what_it_is_sent(anna: httpx2.Client) -> None:
    """Blanks around are cut, lines in notes end in CR LF, a birthday is a moment, doubled categories are one."""
    created = create(
        anna, surname=" Jansen ", personalNotes="one\ntwo", birthday="1974-07-22", categories=["A", "A"]
    )
    assert created["surname"] == "Jansen"
    assert created["personalNotes"] == "one\r\ntwo"
    assert created["birthday"] == "1974-07-22T11:59:00Z"
    assert created["categories"] == ["A"]


def test_numbered_addresses_are_places_of_the_list(anna: httpx2.Client) -> None:
    """The v1.0 metadata know primary-, secondary- and tertiaryEmailAddress beside emailAddresses."""
    created = create(anna, emailAddresses=[{"address": "a@x.nl", "name": "A"}])
    changed = anna.patch(
        f"/contacts/{created['id']}", json={"secondaryEmailAddress": {"address": "b@x.nl", "name": "B"}}
    ).json()
    assert [each["address"] for each in changed["emailAddresses"]] == ["a@x.nl", "b@x.nl"]
    assert changed["primaryEmailAddress"] == {"address": "a@x.nl", "name": "A"}
    assert changed["tertiaryEmailAddress"] is None


def test_if_match_refuses_a_write_over_a_newer_version(anna: httpx2.Client) -> None:
    """A reading: with `If-Match` an older version is answered 412 and nothing changes."""
    created = create(anna, surname="Jansen")
    address = f"/contacts/{created['id']}"
    old = {"If-Match": created["@odata.etag"]}
    assert anna.patch(address, json={"surname": "De Jong"}, headers=old).status_code == 200
    assert code(anna.patch(address, json={"surname": "Bakker"}, headers=old)) == (
        412,
        "ErrorIrresolvableConflict",
    )
    assert anna.delete(address, headers=old).status_code == 412
    assert anna.get(address).json()["surname"] == "De Jong"
    assert anna.delete(address, headers={"If-Match": "*"}).status_code == 204


def test_a_deleted_contact_is_gone_for_graph_and_can_be_restored(anna: httpx2.Client, state: State) -> None:
    """R42: deletion moves to Deleted Items; a contact restored from there keeps its immutable id only."""
    created = create(anna, surname="Jansen")
    box = state.directory.get(ADDRESS)
    held = state.contacts.get(box.n, created["id"])
    assert anna.delete(f"/contacts/{created['id']}").status_code == 204
    assert code(anna.get(f"/contacts/{held.immutable_id}")) == (404, "ErrorItemNotFound")
    assert code(anna.delete(f"/contacts/{created['id']}")) == (404, "ErrorItemNotFound")
    restored = state.contacts.restore(box.n, state.contacts.get(box.n, held.immutable_id))
    assert restored.folder == held.folder
    assert (restored.immutable_id, restored.id == created["id"]) == (held.immutable_id, False)
    assert anna.get(f"/contacts/{restored.id}").json()["surname"] == "Jansen"


def test_permanent_delete_leaves_nothing_to_restore(anna: httpx2.Client, state: State) -> None:
    """Graph: contact: permanentDelete."""
    created = create(anna, surname="Jansen")
    assert anna.post(f"/contacts/{created['id']}/permanentDelete").status_code == 204
    assert state.contacts.find(state.directory.get(ADDRESS).n, created["id"]) is None


def test_ids_come_in_two_forms_and_both_are_understood(anna: httpx2.Client) -> None:
    """Graph: Obtain immutable identifiers: the header decides the form in the answer."""
    created = create(anna, surname="Jansen")
    wanted = {"Prefer": 'IdType="ImmutableId"'}
    immutable = anna.get(f"/contacts/{created['id']}", headers=wanted).json()["id"]
    assert immutable != created["id"]
    assert anna.get(f"/contacts/{immutable}").json()["id"] == created["id"]
    assert anna.get(f"/contacts('{immutable}')", headers=wanted).json()["id"] == immutable
    assert code(anna.get("/contacts/nonsense")) == (400, "ErrorInvalidIdMalformed")
    body = {"inputIds": [created["id"]], "sourceIdType": "restId", "targetIdType": "restImmutableEntryId"}
    assert anna.post("/translateExchangeIds", json=body).json()["value"] == [
        {"sourceId": created["id"], "targetId": immutable}
    ]


def test_a_list_holds_ten_and_leads_on(anna: httpx2.Client) -> None:
    """Graph: List contacts: ten by default; the nextLink is followed as it stands and keeps the options."""
    for n in range(23):
        create(anna, surname=f"Nummer {n:02}")
    names, address, trips = [], "/contacts?$select=surname&$count=true", 0
    while address:
        page = anna.get(address).json()
        assert page["@odata.count"] == 23
        names += [each["surname"] for each in page["value"]]
        address, trips = page.get("@odata.nextLink", ""), trips + 1
    assert names == [f"Nummer {n:02}" for n in range(23)]
    assert trips == 3
    assert len(anna.get("/contacts?$top=1000").json()["value"]) == 23
    assert anna.get("/contacts/$count").text == "23"


def test_a_list_is_sorted_and_cut_as_asked(anna: httpx2.Client) -> None:
    """Graph: Use query parameters: $orderby, $skip, $top, $select."""
    for name in ("b", "C", "a"):
        create(anna, displayName=name)
    found = anna.get("/contacts?$orderby=displayName desc&$skip=1&$top=1&$select=displayName").json()
    assert [each["displayName"] for each in found["value"]] == ["b"]
    assert set(found["value"][0]) == {"@odata.etag", "id", "displayName"}


@pytest.mark.parametrize(
    "option", ["$select=shoeSize", "$top=0", "$top=1001", "$skip=-1", "$frobnicate=1", "$top=1&$top=2"]
)
def test_wrong_options_are_refused(anna: httpx2.Client, option: str) -> None:
    """Graph answers 400 for an option that is wrong or given twice."""
    assert anna.get(f"/contacts?{option}").status_code == 400


def test_what_the_sandbox_does_not_model_it_says(anna: httpx2.Client) -> None:
    """Never something plausible: 501 for options and resources beyond the sandbox."""
    for address in (
        "/contacts?$search=Jan",
        "/messages/delta",
        "/contacts?$expand=photo",
        "/calendarGroups",
    ):
        assert anna.get(address).status_code == 501
    body = {"singleValueExtendedProperties": [{"id": "String 0x3A08", "value": "1"}]}
    assert anna.post("/contacts", json=body).status_code == 501


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("emailAddresses/any(a:a/address eq 'JAN@x.nl')", ["Jan"]),
        ("displayName eq 'O''Neill'", ["O'Neill"]),
        ("categories/any(c:c eq 'crmcorner')", ["Jan"]),
        (f"singleValueExtendedProperties/Any(ep: ep/id eq '{STAMP}' and ep/value eq 'ABC')", ["Jan"]),
        (f"singleValueExtendedProperties/Any(ep: ep/id eq '{STAMP}' and ep/value eq 'xyz')", []),
        ("Extensions/any(f:f/id eq 'org.example.link')", ["O'Neill"]),
    ],
)
def test_documented_filters_find(anna: httpx2.Client, condition: str, names: list[str]) -> None:
    """Graph: List contacts; Get singleValueLegacyExtendedProperty: values are compared without regard to case."""
    create(
        anna,
        displayName="Jan",
        emailAddresses=[{"address": "jan@x.nl"}],
        categories=["CRMcorner"],
        singleValueExtendedProperties=[{"id": STAMP, "value": "abc"}],
    )
    create(anna, displayName="O'Neill", extensions=[{"extensionName": "org.example.link", "key": "1"}])
    create(anna, displayName="Piet")
    found = anna.get("/contacts", params={"$filter": condition, "$count": "true"}).json()
    assert [each["displayName"] for each in found["value"]] == names
    assert found["@odata.count"] == len(names)


@pytest.mark.parametrize(
    "condition",
    [
        "contains(displayName,'Jan')",
        "companyName eq 'Firma'",
        "displayName eq 'Jan' and surname eq 'X'",
        "emailAddresses/any(a:startswith(a/address,'jan'))",
        f"singleValueExtendedProperties/Any(ep: ep/id eq '{STAMP}' and ep/value ne null)",
    ],
)
def test_other_filters_are_refused(anna: httpx2.Client, condition: str) -> None:
    """Filters that Microsoft's pages do not show for contacts."""
    answer = anna.get("/contacts", params={"$filter": condition})
    assert code(answer) == (400, "ErrorInvalidUrlQueryFilter")


def test_extended_properties_come_only_when_expanded(anna: httpx2.Client) -> None:
    """Graph: Extended properties: the answer to a write never echoes them; several can be asked for by or."""
    other, many = STAMP.replace("Stamp", "Other"), STAMP.replace("String ", "StringArray ")
    created = create(
        anna,
        surname="Jansen",
        singleValueExtendedProperties=[{"id": STAMP, "value": "1"}, {"id": other, "value": "2"}],
        multiValueExtendedProperties=[{"id": many, "value": ["x", "y"]}],
    )
    assert "singleValueExtendedProperties" not in created
    asked = (
        f"singleValueExtendedProperties($filter=id eq '{STAMP.upper().replace('STAMP', 'Stamp')}' or id eq '{other}'),"
        f"multiValueExtendedProperties($filter=id eq '{many}')"
    ).replace(" NAME ", " Name ")
    found = anna.get(f"/contacts/{created['id']}", params={"$expand": asked}).json()
    assert sorted(each["value"] for each in found["singleValueExtendedProperties"]) == ["1", "2"]
    assert found["multiValueExtendedProperties"] == [{"id": many, "value": ["x", "y"]}]
    anna.patch(
        f"/contacts/{created['id']}", json={"singleValueExtendedProperties": [{"id": other, "value": "3"}]}
    )
    found = anna.get(f"/contacts/{created['id']}", params={"$expand": asked}).json()
    assert sorted(each["value"] for each in found["singleValueExtendedProperties"]) == ["1", "3"]
    assert anna.get(f"/contacts/{created['id']}?$expand=singleValueExtendedProperties").status_code == 400
    wrong = {"singleValueExtendedProperties": [{"id": "Name Stamp", "value": "1"}]}
    assert anna.patch(f"/contacts/{created['id']}", json=wrong).status_code == 400


def test_metadata_can_be_left_out(anna: httpx2.Client) -> None:
    """OData: `odata.metadata=none` leaves nothing of it but links and counts."""
    create(anna, surname="Jansen")
    create(anna, surname="Bakker")
    page = anna.get("/contacts?$top=1", headers={"Accept": "application/json;odata.metadata=none"}).json()
    assert set(page) == {"value", "@odata.nextLink"}
    assert not [name for name in page["value"][0] if "@" in name]


def test_another_users_contacts_are_closed(anna: httpx2.Client, graph: httpx2.Client, state: State) -> None:
    """A delegated token opens its user's mailbox alone; `me` needs one."""
    state.add_mailbox("bob@example.org", "Bob")
    bob = str(anna.base_url).replace("/me/", "/users/bob@example.org/contacts")
    assert code(anna.get(bob)) == (403, "ErrorAccessDenied")
    assert code(graph.get("/me/contacts")) == (400, "BadRequest")
    assert graph.get("/users/BOB@example.org/contacts").status_code == 200
    assert code(graph.get("/users/nobody@example.org/contacts")) == (404, "Request_ResourceNotFound")
