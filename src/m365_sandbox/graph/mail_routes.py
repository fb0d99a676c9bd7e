"""Which address of mail means what."""

from collections.abc import Callable, Iterator

from m365_sandbox.graph import attachments, mail_folders, message_actions, message_delta, messages
from m365_sandbox.graph.request import Answer

Endpoint = Callable[..., Answer]

_FOLDERS = "/mailfolders"
_FOLDER = f"{_FOLDERS}/<folder>"
_NOT_MODELLED = (
    "reply", "replyall", "forward", "createreply", "createreplyall", "createforward", "unsubscribe", "reportmessage",
)  # fmt: skip


def _of_a_message(place: str) -> Iterator[tuple[str, str, Endpoint]]:
    one = f"{place}/<message>"
    attached = f"{one}/attachments"
    for each in _NOT_MODELLED:
        yield "POST", f"{one}/{each}", message_actions.refuse
    yield from (
        ("GET", place, messages.list_messages),
        ("POST", place, messages.create_message),
        ("GET", f"{place}/$count", messages.count_messages),
        ("GET", one, messages.get_message),
        ("PATCH", one, messages.update_message),
        ("DELETE", one, messages.delete_message),
        ("GET", f"{one}/$value", messages.get_source),
        ("POST", f"{one}/permanentdelete", messages.delete_for_ever),
        ("POST", f"{one}/move", message_actions.move_message),
        ("POST", f"{one}/copy", message_actions.copy_message),
        ("GET", f"{one}/extensions", message_actions.refuse),
        ("POST", f"{one}/extensions", message_actions.refuse),
        ("GET", attached, attachments.list_attachments),
        ("POST", attached, attachments.create_attachment),
        ("POST", f"{attached}/createuploadsession", attachments.refuse_upload),
        ("GET", f"{attached}/<attachment>", attachments.get_attachment),
        ("GET", f"{attached}/<attachment>/$value", attachments.get_content),
        ("DELETE", f"{attached}/<attachment>", attachments.delete_attachment),
    )


OF_MAIL: tuple[tuple[str, str, Endpoint], ...] = (
    *_of_a_message("/messages"),
    ("GET", "/messages/delta", messages.refuse_delta),
    ("GET", _FOLDERS, mail_folders.list_folders),
    ("POST", _FOLDERS, mail_folders.create_folder),
    ("GET", f"{_FOLDERS}/delta", mail_folders.folder_delta),
    ("GET", _FOLDER, mail_folders.get_folder),
    ("PATCH", _FOLDER, mail_folders.update_folder),
    ("DELETE", _FOLDER, mail_folders.delete_folder),
    ("POST", f"{_FOLDER}/move", mail_folders.move_folder),
    ("POST", f"{_FOLDER}/permanentdelete", mail_folders.delete_for_ever),
    ("GET", f"{_FOLDER}/childfolders", mail_folders.list_folders),
    ("POST", f"{_FOLDER}/childfolders", mail_folders.create_folder),
    *_of_a_message(f"{_FOLDER}/messages"),
    ("GET", f"{_FOLDER}/messages/delta", message_delta.message_delta),
)
# They need a right of their own (Graph: user: sendMail; message: send).
OF_SENDING: tuple[tuple[str, str, Endpoint], ...] = (
    ("POST", "/sendmail", message_actions.send_mail),
    ("POST", "/messages/<message>/send", message_actions.send_message),
    ("POST", f"{_FOLDER}/messages/<message>/send", message_actions.send_message),
)
