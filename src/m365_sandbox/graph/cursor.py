"""The tokens in nextLink and deltaLink: opaque to clients, and nothing to remember for the server."""

import base64
import binascii
import zlib
from dataclasses import astuple, dataclass, replace

import msgspec

from m365_sandbox.errors import GraphError
from m365_sandbox.graph.odata import path_address
from m365_sandbox.graph.request import GraphRequest
from m365_sandbox.store.records import Mailbox


@dataclass(frozen=True)
class Cursor:
    """A place in a round of a delta query.

    Attributes:
        scope: what is followed: a folder's number for contacts, -1 for the list of folders.
        mailbox, epoch: whose; tokens of an earlier epoch have been forgotten.
        since: where the round began: changes up to this number are known to the client.
        position: changes up to this number have been answered.
        upto: the round ends with this change.
        select: the properties asked for; empty for all.
        last: the change number of the last item answered.
        blank: the page to come is to be an empty one.
    """

    scope: int
    mailbox: int
    epoch: int
    since: int
    position: int
    upto: int
    select: tuple[str, ...] = ()
    last: int = 0
    blank: bool = False

    @property
    def first_round(self) -> bool:
        """Whether the client knows nothing yet."""
        return self.since == 0


def page_size(request: GraphRequest, default: int, most: int = 200) -> int:
    """How many items a page may hold: `Prefer: odata.maxpagesize`, never more than the server allows."""
    wanted = request.preferences.get("odata.maxpagesize", "")
    return min(int(wanted), most) if wanted.isdigit() and int(wanted) > 0 else min(default, most)


def written(cursor: Cursor) -> str:
    """The token for a cursor."""
    packed = msgspec.json.encode(astuple(cursor))
    return base64.urlsafe_b64encode(zlib.crc32(packed).to_bytes(4, "big") + packed).decode()


def _unpacked(token: str) -> bytes:
    raw = base64.urlsafe_b64decode(token)
    if zlib.crc32(raw[4:]).to_bytes(4, "big") != raw[:4]:
        raise ValueError("The checksum differs.")
    return raw[4:]


def read(request: GraphRequest, mailbox: Mailbox, scope: int) -> Cursor | None:
    """The cursor that a request carries, or None when it begins anew.

    Raises:
        GraphError: 400 syncStateInvalid for a token that is damaged or belongs elsewhere, 410 syncStateNotFound
            for one that the server has forgotten.
    """
    options = request.options
    token = options.get("$skiptoken") or options.get("$deltatoken")
    if not token:
        return None
    try:
        packed = _unpacked(token)
        values = msgspec.json.decode(
            packed, type=tuple[int, int, int, int, int, int, tuple[str, ...], int, bool]
        )
    except (binascii.Error, ValueError, msgspec.DecodeError):
        raise GraphError(400, "syncStateInvalid", "The sync state is invalid.") from None
    cursor = Cursor(*values)
    if cursor.scope != scope or cursor.mailbox != mailbox.n:
        raise GraphError(400, "syncStateInvalid", "The sync state is not for this collection.")
    if cursor.epoch != mailbox.epoch:
        raise GraphError(
            410,
            "syncStateNotFound",
            "The sync state generation is not found; start again without it.",
            {"Location": f"{path_address(request)}?$deltatoken="},
        )
    if "$deltatoken" in options:
        # A delta link is the place where a new round begins.
        return replace(cursor, since=cursor.upto, position=cursor.upto, last=0, blank=False)
    return cursor


def link(request: GraphRequest, cursor: Cursor, *, finished: bool) -> dict[str, str]:
    """The member that leads on: a deltaLink when the round is finished, else a nextLink."""
    if finished:
        return {"@odata.deltaLink": f"{path_address(request)}?$deltatoken={written(cursor)}"}
    return {"@odata.nextLink": f"{path_address(request)}?$skiptoken={written(cursor)}"}
