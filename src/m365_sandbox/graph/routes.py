"""Which address means what: the resources that the sandbox models, and the permission that each needs."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, RequestRedirect, Rule

from m365_sandbox.errors import GraphError, bad_request, not_modelled
from m365_sandbox.graph import categories, contact_delta, contact_folders, contacts, extensions, photos, users
from m365_sandbox.graph.calendar_routes import OF_CALENDARS
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.mail_routes import OF_MAIL, OF_SENDING
from m365_sandbox.graph.request import Answer
from m365_sandbox.graph.task_routes import OF_TASKS

Endpoint = Callable[..., Answer]

_CONTACTS, _SETTINGS, _USER = "Contacts", "MailboxSettings", "User"
_CALENDARS = "Calendars"
_TASKS = "Tasks"
_MAIL, _SENDING = "Mail", "Mail.Send"
_LITERALS = {
    "me", "users", "contacts", "contactfolders", "childfolders", "photo", "extensions", "outlook", "mastercategories",
    "mailboxsettings", "translateexchangeids", "permanentdelete", "delta", "$count", "$value",
    "events", "calendar", "calendars", "calendarview", "instances", "attachments", "cancel", "accept", "decline",
    "tentativelyaccept", "forward",
    "todo", "lists", "tasks", "checklistitems", "linkedresources", "createuploadsession",
    "messages", "mailfolders", "sendmail", "move", "copy", "send", "reply", "replyall", "createreply",
    "createreplyall", "createforward", "unsubscribe", "reportmessage",
}  # fmt: skip
# First steps of a mailbox that Graph knows and the sandbox does not.
_NOT_MODELLED = {
    "calendargroups", "people", "inferenceclassification", "photos", "onenote", "drive", "drives", "joinedteams", "memberof",
}  # fmt: skip
_KEY_IN_BRACKETS = re.compile(r"(?P<name>[\w$.]+)\((?:'(?P<key>(?:[^']|'')*)')?\)")


def _of_a_contact(place: str) -> Iterator[tuple[str, str, Endpoint]]:
    one = f"{place}/<contact>"
    yield from (
        ("GET", place, contacts.list_contacts),
        ("POST", place, contacts.create_contact),
        ("GET", f"{place}/$count", contacts.count_contacts),
        ("GET", f"{place}/delta", contact_delta.contact_delta),
        ("GET", one, contacts.get_contact),
        ("PATCH", one, contacts.update_contact),
        ("DELETE", one, contacts.delete_contact),
        ("POST", f"{one}/permanentdelete", contacts.delete_for_ever),
        ("GET", f"{one}/photo", photos.get_photo),
        ("GET", f"{one}/photo/$value", photos.get_photo_content),
        ("PUT", f"{one}/photo/$value", photos.put_photo),
        ("PATCH", f"{one}/photo/$value", photos.put_photo),
        ("GET", f"{one}/extensions", extensions.list_extensions),
        ("POST", f"{one}/extensions", extensions.create_extension),
        ("GET", f"{one}/extensions/<extension>", extensions.get_extension),
        ("PATCH", f"{one}/extensions/<extension>", extensions.update_extension),
        ("DELETE", f"{one}/extensions/<extension>", extensions.delete_extension),
    )


_OF_CONTACTS: tuple[tuple[str, str, Endpoint], ...] = (
    *_of_a_contact("/contacts"),
    *_of_a_contact("/contactfolders/<folder>/contacts"),
    ("GET", "/contactfolders", contact_folders.list_folders),
    ("POST", "/contactfolders", contact_folders.create_folder),
    ("GET", "/contactfolders/delta", contact_folders.folder_delta),
    ("GET", "/contactfolders/<folder>", contact_folders.get_folder),
    ("PATCH", "/contactfolders/<folder>", contact_folders.update_folder),
    ("DELETE", "/contactfolders/<folder>", contact_folders.delete_folder),
    ("POST", "/contactfolders/<folder>/permanentdelete", contact_folders.delete_folder_for_ever),
    ("GET", "/contactfolders/<folder>/childfolders", contact_folders.list_folders),
    ("POST", "/contactfolders/<folder>/childfolders", contact_folders.create_folder),
)
_OF_SETTINGS: tuple[tuple[str, str, Endpoint], ...] = (
    ("GET", "/mailboxsettings", users.get_mailbox_settings),
    ("GET", "/mailboxsettings/<setting>", users.get_mailbox_setting),
    ("GET", "/outlook/mastercategories", categories.list_categories),
    ("POST", "/outlook/mastercategories", categories.create_category),
    ("GET", "/outlook/mastercategories/<category>", categories.get_category),
    ("PATCH", "/outlook/mastercategories/<category>", categories.update_category),
    ("DELETE", "/outlook/mastercategories/<category>", categories.delete_category),
)
_OF_USERS: tuple[tuple[str, str, Endpoint], ...] = (
    ("GET", "/", users.get_user),
    ("POST", "/translateexchangeids", users.translate_ids),
)
_MAP = Map(
    [
        Rule(place, methods=[method], endpoint=(resource, endpoint))
        for resource, table in (
            (_CONTACTS, _OF_CONTACTS),
            (_SETTINGS, _OF_SETTINGS),
            (_USER, _OF_USERS),
            (_CALENDARS, OF_CALENDARS),
            (_TASKS, OF_TASKS),
            (_MAIL, OF_MAIL),
            (_SENDING, OF_SENDING),
        )
        for method, place, endpoint in table
    ],
    strict_slashes=False,
    merge_slashes=False,
)


@dataclass(frozen=True)
class Target:
    """What a request is about: a user (`me` as None), the endpoint with its arguments, the permission needed."""

    user: str | None
    endpoint: Endpoint
    arguments: dict[str, Any]
    resource: str

    def allowed_by(self, scope: tuple[str, ...], method: str) -> bool:
        """Whether a token with this scope may ask; reading settings and users needs the reading right alone.

        Sending mail has a right of its own.
        """
        if self.resource == _SENDING:
            return any(f"{_SENDING}{suffix}" in scope for suffix in ("", ".Shared"))
        writes = method not in {"GET", "HEAD"} and self.resource != _USER
        rights = ("ReadWrite",) if writes else ("Read", "ReadWrite", "ReadBasic")
        return any(
            f"{self.resource}.{right}{suffix}" in scope
            for right in rights
            for suffix in ("", ".All", ".Shared")
        )

    def __call__(self, call: Call) -> Answer:
        """Let the endpoint answer."""
        return self.endpoint(call, **self.arguments)


def find(method: str, path: str) -> Target:
    """What a path below the version means.

    `contacts/{id}` and `contacts('{id}')`, `delta`, `delta()` and `microsoft.graph.delta()` are the same; the names
    of resources may be written in upper and lower case.

    Raises:
        GraphError: 400 for what Graph does not know, 405 for a method that is not for that resource, 501 for what the
            sandbox does not model.
    """
    steps = list(_steps(path))
    if not steps or (steps[0].lower() == "users" and len(steps) == 1):
        raise not_modelled("the list of users" if steps else "the service document")
    if steps[0] == "me":
        user, rest = None, steps[1:]
    elif steps[0] == "users":
        user, rest = steps[1], steps[2:]
    else:
        raise not_modelled(f"/{steps[0]}")
    if rest and rest[0].lower() in _NOT_MODELLED:
        raise not_modelled(f"{rest[0]} of a user")
    chain, rest = _folded(rest)
    try:
        (resource, endpoint), found = _MAP.bind("graph").match("/" + "/".join(rest), method=method)
    except (NotFound, RequestRedirect):
        raise bad_request(f"Resource not found for the segment '{rest[-1] if rest else ''}'.") from None
    except MethodNotAllowed:
        raise GraphError(405, "ErrorInvalidRequest", "The OData request is not supported.") from None
    arguments: dict[str, Any] = dict(found)
    if arguments.pop("folder", None) is not None:
        arguments["folders"] = chain
    return Target(user, endpoint, arguments, resource)


def _steps(path: str) -> Iterator[str]:
    for segment in path.split("/"):
        if not segment:
            continue
        match = _KEY_IN_BRACKETS.fullmatch(segment)
        name = match["name"] if match else segment
        # Functions and actions may bear their namespace; the full id of an open extension begins alike.
        if (bare := name.removeprefix("microsoft.graph.")).lower() in _LITERALS:
            name = bare
        yield name.lower() if name.lower() in _LITERALS else name
        if match and match["key"] is not None:
            yield match["key"].replace("''", "'")


def _folded(steps: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """`contactfolders/A/childfolders/B/…` as the path of folders (A, B) and `contactfolders/B/…`; of mail as well."""
    if len(steps) < 2 or steps[0] not in {"contactfolders", "mailfolders"}:
        return (), steps
    chain = [steps[1]]
    rest = steps[2:]
    while len(rest) > 1 and rest[0] == "childfolders":
        chain.append(rest[1])
        rest = rest[2:]
    return tuple(chain), [steps[0], chain[-1], *rest]
