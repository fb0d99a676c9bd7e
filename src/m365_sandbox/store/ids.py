"""Identifiers in the shapes that Exchange and Entra give them, from a generator that a test may seed."""

import base64
import binascii
import uuid
from random import Random

# The leading bytes decide the first letters: ordinary ids of Outlook begin with AAMk, immutable ones with AAkA.
_ORDINARY = b"\x00\x03\x24"
_IMMUTABLE = b"\x00\x09\x00"
# Lengths leave a padding sign, so that a client that forgets to encode "=" is found out:
# ordinary 152 characters, immutable 72, folders 120 (lengths seen in the wild).
_ITEM_BYTES, _IMMUTABLE_BYTES, _FOLDER_BYTES = 113, 53, 89


class Ids:
    """Makes ids from `random`: a `random.Random(seed)` gives the same ids in the same order every time."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def guid(self) -> str:
        """A GUID in lower case: users, tenants, request ids, categories."""
        return str(uuid.UUID(bytes=self._random.randbytes(16), version=4))

    def item(self) -> str:
        """An ordinary item id, which changes whenever the item moves to another folder."""
        return _encode(_ORDINARY + self._random.randbytes(_ITEM_BYTES - 3))

    def immutable(self) -> str:
        """An item's immutable id, which stays the same as long as the item is in this mailbox."""
        return _encode(_IMMUTABLE + self._random.randbytes(_IMMUTABLE_BYTES - 3))

    def folder(self) -> str:
        """A folder's id; folders have one form only (Graph: Obtain immutable identifiers)."""
        return _encode(_ORDINARY + self._random.randbytes(_FOLDER_BYTES - 3))

    def secret(self) -> str:
        """An opaque bearer token, refresh token or authorization code."""
        return base64.urlsafe_b64encode(self._random.randbytes(60)).decode()


def change_key(mailbox_id: str, sequence: int) -> str:
    """The changeKey of an item last changed by the mailbox's change number `sequence`."""
    raw = b"\x11\x00\x00\x00\x16\x00\x00\x00" + uuid.UUID(mailbox_id).bytes + sequence.to_bytes(6, "big")
    return base64.b64encode(raw).decode()


def is_well_formed(identifier: str) -> bool:
    """Whether `identifier` could be an Outlook id at all; anything else is answered 400, not 404."""
    try:
        raw = base64.urlsafe_b64decode(identifier)
    except (binascii.Error, ValueError):
        return False
    return raw[:3] in {_ORDINARY, _IMMUTABLE}


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()
