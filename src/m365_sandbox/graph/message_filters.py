"""The forms of `$filter` and `$orderby` on messages that Microsoft's pages and their users show; others are refused.

Source: Graph: List messages (what is ordered by must stand in the filter, in that order, and before all else); Get
singleValueLegacyExtendedProperty. Whether a filter on categories works, over all folders and in one, is a reading.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from m365_sandbox.errors import not_modelled
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.filter_parts import COMPARE, TEXT, holding, joined, moment, plain, refused
from m365_sandbox.store.extended_ids import normalised
from m365_sandbox.store.mail_records import MailFolder, Message

Condition = Callable[[Message], bool]

_TIME = re.compile(
    r"(receivedDateTime|sentDateTime|createdDateTime|lastModifiedDateTime)\s+(eq|ne|ge|gt|le|lt)\s+'?([\d\-T:.Z+]+)'?",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"(internetMessageId|conversationId|subject|importance)\s+(eq|ne)\s+{TEXT}", re.IGNORECASE
)
_PERSON = re.compile(rf"(from|sender)/emailAddress/(address|name)\s+(eq|ne)\s+{TEXT}", re.IGNORECASE)
_SET = re.compile(r"(isRead|isDraft|hasAttachments)\s+(eq|ne)\s+(true|false)", re.IGNORECASE)
_PART = re.compile(rf"(startswith|contains)\(\s*subject\s*,\s*{TEXT}\s*\)", re.IGNORECASE)
_CATEGORY = re.compile(rf"categories/any\(\s*(\w+)\s*:\s*\1\s+eq\s+{TEXT}\s*\)", re.IGNORECASE)
_STAMP = re.compile(
    rf"singleValueExtendedProperties/any\(\s*(\w+)\s*:\s*\1/id\s+eq\s+{TEXT}\s+and\s+\1/value\s+(eq|ne)\s+"
    rf"(?:{TEXT}|(null))\s*\)",
    re.IGNORECASE | re.DOTALL,
)
_ORDERS: dict[str, Callable[[Message], str]] = {
    "receiveddatetime": lambda message: message.received or message.created,
    "sentdatetime": lambda message: message.sent or message.created,
    "createddatetime": lambda message: message.created,
    "lastmodifieddatetime": lambda message: message.modified,
    "subject": lambda message: str(message.properties["subject"]).casefold(),
    "importance": lambda message: str(message.properties["importance"]),
    "from/emailaddress/address": lambda message: _who(message, "from", "address"),
    "from/emailaddress/name": lambda message: _who(message, "from", "name"),
}


@dataclass(frozen=True)
class Query:
    """What `$filter` and `$orderby` state.

    Attributes:
        passes: whether a message is to be shown.
        category: a category that all of them must bear, as far as an index may use it.
        order: properties to sort by, with whether downwards; none: the newest first.
    """

    passes: Condition
    category: str | None
    order: tuple[tuple[str, bool], ...]

    def found(self, call: Call, folder: MailFolder | None) -> list[Message]:
        """The messages of a folder, or of the whole mailbox, that it shows, in its order."""
        if self.category is None:
            messages: Iterable[Message] = call.state.messages.each(call.mailbox.n, folder)
        else:
            messages = call.state.messages.marked(call.mailbox.n, self.category, folder)
        found = [each for each in messages if self.passes(each)]
        for name, downwards in reversed(self.order):
            found.sort(key=_ORDERS[name], reverse=downwards)
        return found


def query(call: Call, options: dict[str, str], *, wide: bool) -> Query:
    """What a request for messages asks; `wide`: over all folders.

    Raises:
        GraphError: 400 for what is not offered, 501 for what is not modelled.
    """
    text = options.get("$filter", "").strip()
    parts = [each.strip().removeprefix("(").removesuffix(")") if _bracketed(each) else each.strip()
             for each in joined(text)] if text else []  # fmt: skip
    order = _order(options.get("$orderby", ""))
    if parts and order:
        _refuse_disorder(parts, order)
    reading = call.readings.mail_category_filter if wide else call.readings.folder_category_filter
    categories = [plain(match[2]) for each in parts if (match := _CATEGORY.fullmatch(each))]
    if categories:
        if reading == "refused" or (order and call.readings.mail_category_order == "refused"):
            raise refused(call.readings.mail_filter_refusal)
        if order and call.readings.mail_category_order == "ignored":
            order = ()
        if reading == "ignored":
            parts = [each for each in parts if not _CATEGORY.fullmatch(each)]
            categories = []
    conditions = [_one(call, each) for each in parts]
    return Query(
        lambda message: all(each(message) for each in conditions),
        categories[0] if categories else None,
        order,
    )


def _bracketed(text: str) -> bool:
    return text.strip().startswith("(") and text.strip().endswith(")")


def _order(text: str) -> tuple[tuple[str, bool], ...]:
    found = []
    for part in [each.strip() for each in text.split(",") if each.strip()]:
        name, _, way = part.partition(" ")
        if name.lower() not in _ORDERS or way.strip().lower() not in {"", "asc", "desc"}:
            raise not_modelled(f"$orderby={part} on messages")
        found.append((name.lower(), way.strip().lower() == "desc"))
    return tuple(found)


def _refuse_disorder(parts: list[str], order: tuple[tuple[str, bool], ...]) -> None:
    """Graph: List messages: the properties of `$orderby` stand in `$filter`, in that order, before all others."""
    names = [re.split(r"[\s(]", each, maxsplit=1)[0].lower() for each in parts]
    first = list(dict.fromkeys(names))[: len(order)]
    if first != [name for name, _ in order]:
        raise refused("InefficientFilter")


def _one(call: Call, text: str) -> Condition:
    for form, made in _FORMS:
        if match := form.fullmatch(text):
            return made(call, match)
    raise refused()


def _time(call: Call, match: re.Match[str]) -> Condition:  # noqa: ARG001 - all makers have this shape
    name, compare, wanted = match[1].lower(), COMPARE[match[2].lower()], moment(match[3])
    return lambda message: compare(moment(_ORDERS[name](message)), wanted)


def _named(call: Call, match: re.Match[str]) -> Condition:  # noqa: ARG001
    name, compare, wanted = match[1].lower(), COMPARE[match[2].lower()], plain(match[3]).casefold()
    values: dict[str, Callable[[Message], str]] = {
        "internetmessageid": lambda message: message.message_id,
        "conversationid": lambda message: message.conversation,
        "subject": lambda message: message.properties["subject"],
        "importance": lambda message: message.properties["importance"],
    }
    return lambda message: compare(values[name](message).casefold(), wanted)


def _person(call: Call, match: re.Match[str]) -> Condition:  # noqa: ARG001
    name, part, compare = match[1].lower(), match[2].lower(), COMPARE[match[3].lower()]
    wanted = plain(match[4]).casefold()
    return lambda message: compare(_who(message, name, part), wanted)


def _who(message: Message, name: str, part: str) -> str:
    person = message.properties.get(name) or {"emailAddress": {}}
    return str(person["emailAddress"].get(part, "")).casefold()


def _set(call: Call, match: re.Match[str]) -> Condition:
    wanted = (match[3].lower() == "true") == (match[2].lower() == "eq")
    values: dict[str, Condition] = {
        "isread": lambda message: bool(message.properties["isRead"]),
        "isdraft": lambda message: message.draft,
        "hasattachments": call.state.attachments.any_shown,
    }
    return lambda message: values[match[1].lower()](message) == wanted


def _part(call: Call, match: re.Match[str]) -> Condition:  # noqa: ARG001
    holds, wanted = holding(match[1]), plain(match[2])
    return lambda message: holds(message.properties["subject"], wanted)


def _category(call: Call, match: re.Match[str]) -> Condition:
    wanted = plain(match[2])
    if call.readings.category_case == "sensitive":
        return lambda message: wanted in message.categories
    return lambda message: wanted.casefold() in map(str.casefold, message.categories)


def _extended(call: Call, match: re.Match[str]) -> Condition:
    having = call.state.beside.owners_with(normalised(plain(match[2])))
    if match[5]:
        if not call.readings.stamp_null_filter:
            raise refused()
        return lambda message: (message.owner in having) == (match[3].lower() == "ne")
    same, wanted = match[3].lower() == "eq", plain(match[4]).casefold()
    return lambda message: message.owner in having and (having[message.owner].casefold() == wanted) == same


_FORMS: tuple[tuple[re.Pattern[str], Callable[[Call, re.Match[str]], Condition]], ...] = (
    (_TIME, _time),
    (_NAMED, _named),
    (_PERSON, _person),
    (_SET, _set),
    (_PART, _part),
    (_CATEGORY, _category),
    (_STAMP, _extended),
)
