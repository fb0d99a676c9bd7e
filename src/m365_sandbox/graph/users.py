"""Users, their mailbox settings, and the translation of ids (Graph: user, mailboxSettings, translateExchangeIds)."""

from typing import Any

from m365_sandbox.errors import bad_request, not_modelled
from m365_sandbox.graph import odata
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.event_call import event_of
from m365_sandbox.graph.request import Answer
from m365_sandbox.store.event_records import Event
from m365_sandbox.store.records import Contact, JsonObject, Mailbox

# What a user has without $select (Graph: Get user), as far as the metadata at hand know it.
_SHOWN = (
    "id", "businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone", "preferredLanguage",
    "surname", "userPrincipalName",
)  # fmt: skip
_KNOWN = (*_SHOWN, "otherMails", "proxyAddresses", "mailboxSettings")
_LOCALES = {
    "nl-nl": "Dutch (Netherlands)", "nl-be": "Dutch (Belgium)", "en-us": "English (United States)",
    "en-gb": "English (United Kingdom)", "de-de": "German (Germany)", "fr-fr": "French (France)",
}  # fmt: skip
_TRANSLATIONS_MAX = 1000


def _user_json(user: Mailbox, names: tuple[str, ...]) -> JsonObject:
    given, _, family = user.display_name.partition(" ")
    values: JsonObject = {
        "id": user.id,
        "businessPhones": [],
        "displayName": user.display_name,
        "givenName": given,
        "jobTitle": None,
        "mail": user.address,
        "mobilePhone": None,
        "otherMails": [],
        "preferredLanguage": user.language,
        "proxyAddresses": [f"SMTP:{user.address}"],
        "surname": family or None,
        "userPrincipalName": user.address,
    }
    return {
        name: _settings(user) if name == "mailboxSettings" else values[name] for name in dict.fromkeys(names)
    }


def get_user(call: Call) -> Answer:
    """GET me, GET users/{id | userPrincipalName}."""
    options = odata.allow(call.request, "$select")
    names = odata.selected(options, _KNOWN, "user")
    context = {}
    if call.request.wants_metadata:
        context = {"@odata.context": f"{call.request.root}/$metadata#users/$entity"}
    return Answer(200, {**context, **_user_json(call.mailbox, names or _SHOWN)})


def _settings(user: Mailbox) -> JsonObject:
    dutch = user.language.lower().startswith("nl")
    no_time = {"dateTime": "2026-01-01T00:00:00.0000000", "timeZone": "UTC"}
    return {
        "archiveFolder": "",
        "timeZone": user.time_zone,
        "delegateMeetingMessageDeliveryOptions": "sendToDelegateOnly",
        "dateFormat": "d-M-yyyy" if dutch else "M/d/yyyy",
        "timeFormat": "HH:mm" if dutch else "h:mm tt",
        "userPurpose": "user",
        "automaticRepliesSetting": {
            "status": "disabled",
            "externalAudience": "all",
            "internalReplyMessage": "",
            "externalReplyMessage": "",
            "scheduledStartDateTime": no_time,
            "scheduledEndDateTime": no_time,
        },
        "language": {
            "locale": user.language,
            "displayName": _LOCALES.get(user.language.lower(), user.language),
        },
        "workingHours": {
            "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
            "startTime": "08:00:00.0000000",
            "endTime": "17:00:00.0000000",
            "timeZone": {"name": user.time_zone},
        },
    }


def get_mailbox_settings(call: Call) -> Answer:
    """GET mailboxSettings: language, time zone and formats (Graph: Get user mailbox settings)."""
    settings = _settings(call.mailbox)
    options = odata.allow(call.request, "$select")
    names = odata.selected(options, tuple(settings), "mailboxSettings") or tuple(settings)
    return Answer(200, {**call.context("mailboxSettings"), **{name: settings[name] for name in names}})


def get_mailbox_setting(call: Call, setting: str) -> Answer:
    """GET mailboxSettings/{name}: one of them; a simple one as `value`."""
    odata.allow(call.request)
    settings = _settings(call.mailbox)
    if setting not in settings:
        raise bad_request(f"Resource not found for the segment '{setting}'.")
    value = settings[setting]
    body = value if isinstance(value, dict) else {"value": value}
    return Answer(200, {**call.context(f"mailboxSettings/{setting}"), **body})


def _item(call: Call, item_id: str) -> Contact | Event:
    """A contact, or else an event, by either form of its id."""
    if call.state.events.find(call.mailbox.n, item_id) is not None:
        return event_of(call, item_id)
    return call.contact(item_id)


def translate_ids(call: Call) -> Answer:
    """POST translateExchangeIds between restId and restImmutableEntryId; the other forms are not modelled."""
    body = call.request.json()
    wanted: Any = body.get("inputIds")
    source, target = body.get("sourceIdType"), body.get("targetIdType")
    if not isinstance(wanted, list) or not all(isinstance(each, str) for each in wanted):
        raise bad_request("inputIds must be a list of ids.", "RequestBodyRead")
    if len(wanted) > _TRANSLATIONS_MAX:
        raise bad_request(
            f"At most {_TRANSLATIONS_MAX} ids can be translated at once.", "ErrorInvalidRequest"
        )
    for kind in (source, target):
        if kind in {"entryId", "ewsId", "immutableEntryId"}:
            raise not_modelled(f"ids of the form {kind}")
        if kind not in {"restId", "restImmutableEntryId"}:
            raise bad_request(
                f"'{kind}' is no member of microsoft.graph.exchangeIdFormat.", "RequestBodyRead"
            )
    value = []
    for each in wanted:
        found = _item(call, each)
        value.append({"sourceId": each, "targetId": found.id if target == "restId" else found.immutable_id})
    context = "Collection(microsoft.graph.convertIdResult)"
    return Answer(200, odata.collection(call.request, context, value))
