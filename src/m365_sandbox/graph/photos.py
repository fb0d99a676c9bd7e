"""A contact's picture (Graph: profilePhoto resource)."""

import struct

from m365_sandbox.errors import GraphError, bad_request
from m365_sandbox.graph import odata
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.request import Answer
from m365_sandbox.store.attached import Photo

# Frames of a JPEG that carry its size: SOF0 to SOF15 without DHT, JPG and DAC (ITU T.81, table B.1).
_JPEG_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def get_photo(call: Call, contact: str, folders: tuple[str, ...] = ()) -> Answer:
    """GET contacts/{id}/photo: type and size; 404 without a picture."""
    odata.allow(call.request)
    photo = _photo(call, contact, folders)
    width, height = size(photo.content) or (1, 1)
    shown = {"@odata.mediaContentType": photo.content_type} if call.request.wants_metadata else {}
    return Answer(
        200,
        {
            **call.context(f"contacts('{contact}')/photo/$entity"),
            **shown,
            "id": f"{width}x{height}",
            "width": width,
            "height": height,
        },
    )


def get_photo_content(call: Call, contact: str, folders: tuple[str, ...] = ()) -> Answer:
    """GET contacts/{id}/photo/$value: the picture itself."""
    photo = _photo(call, contact, folders)
    return Answer(200, photo.content, content_type=photo.content_type)


def put_photo(call: Call, contact: str, folders: tuple[str, ...] = ()) -> Answer:
    """PUT contacts/{id}/photo/$value: set the picture; JPEG or PNG; 200 (Graph: Update profilePhoto)."""
    found = call.contact(contact, folders)
    content = call.request.body
    if not isinstance(content, bytes) or not content:
        raise bad_request("The body must be the picture's bytes.")
    kind = "image/png" if content.startswith(b"\x89PNG\r\n\x1a\n") else "image/jpeg"
    if size(content) is None:
        raise bad_request("The image format is unknown or the image is damaged.", "ErrorInvalidImage")
    with call.state.transaction():
        call.state.attached.write_photo(found, Photo(kind, content))
        call.state.contacts.touch(call.mailbox.n, found)
    return Answer(200)


def _photo(call: Call, contact: str, folders: tuple[str, ...]) -> Photo:
    photo = call.state.attached.photo(call.contact(contact, folders))
    if photo is None:
        raise GraphError(404, "ErrorItemNotFound", "The photo wasn't found.")
    return photo


def size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG or JPEG; None for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if not content.startswith(b"\xff\xd8"):
        return None
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        if content[at + 1] in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None
