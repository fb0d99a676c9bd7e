"""The mail of a mailbox: its folders, the messages of one of them, one message, and what can be done to many at once.

The text of a mail is shown without its marks: what comes from outside never becomes part of a page.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from m365_sandbox import time_zones
from m365_sandbox.graph.event_json import plain
from m365_sandbox.mail_door import MessageRefusedError
from m365_sandbox.pages.contact_pages import ensure_category
from m365_sandbox.pages.page import Page
from m365_sandbox.store.folders import FolderExistsError
from m365_sandbox.store.mail_records import MailFolder, Message
from m365_sandbox.store.records import JsonObject, Mailbox, NotFoundError, stamp
from m365_sandbox.wording import Said

PAGE_SIZE = 50
_PEOPLE = ("toRecipients", "ccRecipients", "bccRecipients", "replyTo")


def mail(page: Page, address: str, problem: Said | None = None) -> Response:
    """The folders, and a page of the one in `?folder=`, the newest first, or of what a search finds."""
    box = page.mailbox(address)
    return page.show(
        "mail.html", 400 if problem else 200, mailbox=box, problem=problem, **_listing(page, box)
    )


def _listing(page: Page, box: Mailbox) -> dict[str, Any]:
    state = page.sandbox.state
    folder = _folder(page, box, page.request.values.get("folder", ""))
    words = page.request.args.get("q", "").strip()
    found = state.messages.search(box.n, words) if words else []
    total = len(found) if words else state.messages.how_many(folder)
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(pages, max(1, page.request.args.get("page", 1, type=int)))
    start = (number - 1) * PAGE_SIZE
    shown = (
        found[start : start + PAGE_SIZE]
        if words
        else state.messages.page(folder, limit=PAGE_SIZE, offset=start)
    )
    categories = page.categories(box)
    return {
        "folder": folder,
        "tree": [
            (depth, each, state.messages.how_many(each)) for each, depth in state.mail_folders.tree(box.n)
        ],
        "rows": [_row(page, box, each) for each in shown],
        "words": words,
        "number": number,
        "pages": pages,
        "total": total,
        "first": start + 1,
        "categories": categories,
        "colors": {each.name.casefold(): each.color for each in categories},
        "in_bin": state.mail_folders.is_below(folder, "deleteditems"),
    }


def _row(page: Page, box: Mailbox, message: Message) -> JsonObject:
    has = message.properties
    sent = page.sandbox.state.mail_folders.by_number(message.folder).kind in {"sentitems", "drafts"}
    people = has["toRecipients"] if sent else [has["from"] or has["sender"]]
    return {
        "id": message.immutable_id,
        "who": ", ".join(_called(each) for each in people if each),
        "subject": has["subject"],
        "when": _when(message.received or message.created, box),
        "unread": not has["isRead"],
        "attached": page.sandbox.state.attachments.any_shown(message),
        "categories": list(message.categories),
    }


def message(page: Page, address: str, message_id: str) -> Response:
    """All that a message holds."""
    box = page.mailbox(address)
    found = _message(page, box, message_id)
    state, has = page.sandbox.state, found.properties
    folder = state.mail_folders.by_number(found.folder)
    categories = page.categories(box)
    return page.show(
        "message.html",
        mailbox=box,
        message=found,
        has=has,
        sender=_written(has["from"] or has["sender"]) if has["from"] or has["sender"] else "",
        people={name: "; ".join(_written(each) for each in has[name]) for name in _PEOPLE},
        sent=_when(found.sent, box),
        received=_when(found.received, box),
        text=plain(state.messages.body(found)),
        attached=state.attachments.of(found),
        folder=folder,
        folders=[(depth, each) for each, depth in state.mail_folders.tree(box.n)],
        in_bin=state.mail_folders.is_below(folder, "deleteditems"),
        categories=categories,
        colors={each.name.casefold(): each.color for each in categories},
        private=state.sensitivity_of(found) > 1,
    )


def download(page: Page, address: str, message_id: str, attachment_id: str) -> Response:
    """A file that hangs on a message; always as a download, never shown as a page."""
    box = page.mailbox(address)
    state = page.sandbox.state
    found = state.attachments.find(_message(page, box, message_id), attachment_id)
    if found is None:
        raise NotFound
    return _file(state.attachments.content(found), str(found.properties["name"]))


def source(page: Page, address: str, message_id: str) -> Response:
    """The MIME of a message, as a download."""
    found = _message(page, page.mailbox(address), message_id)
    return _file(page.sandbox.state.source_of(found), f"{found.properties['subject'] or 'mail'}.eml")


def _file(content: bytes, name: str) -> Response:
    response = Response(content, content_type="application/octet-stream")
    response.headers.set(
        "Content-Disposition", "attachment", filename=name.replace("\r", "").replace("\n", "")
    )
    return response


def receive(page: Page, address: str) -> Response:
    """The form with which a mail comes in."""
    return _receiving(page, page.mailbox(address), {})


def take_in(page: Page, address: str) -> Response:
    """Let a mail come in, as if somebody had written it to this mailbox now."""
    box = page.mailbox(address)
    form = page.request.form.to_dict()
    sender, name = form.get("from", "").strip(), form.get("name", "").strip()
    if "@" not in sender:
        return _receiving(page, box, form, Said("Give an e-mail address."))
    others = [each.strip() for each in form.get("cc", "").replace(",", ";").split(";") if each.strip()]
    now = stamp(page.sandbox.state.clock())
    message_id = f"<{page.sandbox.state.ids.guid()}@{sender.rpartition('@')[2]}>"
    properties: JsonObject = {
        "from": _recipient(sender, name),
        "sender": _recipient(sender, name),
        "toRecipients": [_recipient(box.address, box.display_name)],
        "ccRecipients": [_recipient(each) for each in others],
        "subject": form.get("subject", "").strip(),
        "body": {"contentType": "text", "content": form.get("text", "")},
        "internetMessageId": message_id,
        "receivedDateTime": now,
        "sentDateTime": now,
        "isRead": False,
    }
    try:
        page.sandbox.state.add_message(box.address, properties)
    except MessageRefusedError as refusal:
        return _receiving(page, box, form, Said("Outlook does not take it: {why}", why=str(refusal)))
    return page.go("mail", address=box.address)


def _recipient(address: str, name: str = "") -> JsonObject:
    return {"emailAddress": {"name": name or address, "address": address}}


def _receiving(page: Page, box: Mailbox, values: dict[str, str], problem: Said | None = None) -> Response:
    return page.show("receive.html", 400 if problem else 200, mailbox=box, values=values, problem=problem)


def categorise(page: Page, address: str) -> Response:
    """Put a category on the ticked messages, or take it off; a new one joins the mailbox's list."""
    box = page.mailbox(address)
    form = page.request.form
    name = form.get("category", "").strip()
    off = form.get("action") == "remove"
    state = page.sandbox.state
    with state.transaction():
        if name and not off:
            ensure_category(page, box, name)
        for found in _ticked(page, box) if name else []:
            others = [each for each in found.categories if each.casefold() != name.casefold()]
            borne = len(others) < len(found.categories)
            if off == borne:
                wanted = others if off else [*found.categories, name]
                state.update_message(box.address, found, {"categories": wanted})
    return _back(page, box)


def move(page: Page, address: str) -> Response:
    """Put the ticked messages in another folder."""
    box = page.mailbox(address)
    folder = _folder(page, box, page.request.form.get("to", ""))
    with page.sandbox.state.transaction():
        for found in _ticked(page, box):
            page.sandbox.state.move_message(box.address, found, folder)
    return _back(page, box)


def delete(page: Page, address: str) -> Response:
    """Move the ticked messages to Deleted Items, or out of it for ever."""
    box = page.mailbox(address)
    with page.sandbox.state.transaction():
        for found in _ticked(page, box):
            page.sandbox.state.remove_message(box.address, found)
    return _back(page, box)


def restore(page: Page, address: str) -> Response:
    """Bring the ticked messages back to where they were deleted from."""
    box = page.mailbox(address)
    with page.sandbox.state.transaction():
        for found in _ticked(page, box):
            page.sandbox.state.messages.restore(box.n, found)
    return _back(page, box)


def read(page: Page, address: str) -> Response:
    """Say of the ticked messages that they are read, or (`action` unread) that they are not."""
    box = page.mailbox(address)
    done = page.request.form.get("action") != "unread"
    with page.sandbox.state.transaction():
        for found in _ticked(page, box):
            page.sandbox.state.update_message(box.address, found, {"isRead": done})
    return _back(page, box)


def private(page: Page, address: str, message_id: str) -> Response:
    """Mark a message as private, or (`action` off) no more."""
    box = page.mailbox(address)
    level = 0 if page.request.form.get("action") == "off" else 2
    page.sandbox.state.mark_private(box.address, _message(page, box, message_id), level)
    return page.go("message", address=box.address, message_id=message_id)


def add_folder(page: Page, address: str) -> Response:
    """Make a folder below the one that the form names."""
    box = page.mailbox(address)
    name = page.request.form.get("name", "").strip()
    parent = _folder(page, box, page.request.form.get("folder", ""))
    if not name:
        return mail(page, address, Said("Give the folder a name."))
    try:
        made = page.sandbox.state.add_mail_folder(box.address, name, parent)
    except FolderExistsError:
        return mail(page, address, Said("There is a folder {name} already.", name=name))
    return page.go("mail", address=box.address, folder=made.id)


def _ticked(page: Page, box: Mailbox) -> list[Message]:
    found = (page.sandbox.state.messages.find(box.n, each) for each in page.request.form.getlist("ids"))
    return [each for each in found if each is not None]


def _back(page: Page, box: Mailbox) -> Response:
    """To the list, or to the message if the form stood there."""
    form = page.request.form
    card = form.get("card", "")
    if card and page.sandbox.state.messages.find(box.n, card):
        return page.go("message", address=box.address, message_id=card)
    return page.go(
        "mail",
        address=box.address,
        folder=form.get("folder") or None,
        q=form.get("q") or None,
        page=form.get("page") or None,
    )


def _folder(page: Page, box: Mailbox, folder_id: str) -> MailFolder:
    folders = page.sandbox.state.mail_folders
    try:
        return folders.get(box.n, folder_id) if folder_id else folders.well_known(box.n, "inbox")
    except NotFoundError:
        raise NotFound from None


def _message(page: Page, box: Mailbox, message_id: str) -> Message:
    found = page.sandbox.state.messages.find(box.n, message_id)
    if found is None:
        raise NotFound
    return found


def _called(person: JsonObject) -> str:
    return str(person["emailAddress"]["name"] or person["emailAddress"]["address"])


def _written(person: JsonObject) -> str:
    name, address = person["emailAddress"]["name"], person["emailAddress"]["address"]
    return address if name in {"", address} else f"{name} <{address}>"


def _when(moment: str | None, box: Mailbox) -> str:
    """A stamp in the mailbox's own zone."""
    if not moment:
        return ""
    zone = time_zones.zone(box.time_zone) or ZoneInfo("UTC")
    try:
        return datetime.fromisoformat(moment).astimezone(zone).strftime("%d-%m-%Y %H:%M")
    except (OverflowError, ValueError):
        return moment


_BOX = "/mailboxes/<address>"
_MAIL = f"{_BOX}/mail"
_MESSAGE = f"{_MAIL}/<message_id>"
VIEWS: tuple[tuple[str, str, str, Callable[..., Response]], ...] = (
    ("GET", _MAIL, "mail", mail),
    ("GET", f"{_BOX}/receive", "receive", receive),
    ("POST", f"{_BOX}/receive", "take-in-mail", take_in),
    ("POST", f"{_BOX}/mail-folders", "add-mail-folder", add_folder),
    ("POST", f"{_BOX}/mail-categorise", "categorise-mail", categorise),
    ("POST", f"{_BOX}/mail-move", "move-mail", move),
    ("POST", f"{_BOX}/mail-delete", "delete-mail", delete),
    ("POST", f"{_BOX}/mail-restore", "restore-mail", restore),
    ("POST", f"{_BOX}/mail-read", "read-mail", read),
    ("GET", _MESSAGE, "message", message),
    ("GET", f"{_MESSAGE}/source", "mail-source", source),
    ("POST", f"{_MESSAGE}/private", "private-mail", private),
    ("GET", f"{_MESSAGE}/attachments/<attachment_id>", "attachment", download),
)
