"""Which contact folders a mailbox has: the default one, which no list shows, and those below and beside it.

Source: Graph: contactFolder: delta; List contacts; the known issue that the default folder is not in the list.
"""

import msgspec

from crmcorner.mailbox.graph import faults
from crmcorner.mailbox.graph.client import GraphClient, decode
from crmcorner.mailbox.graph.delta import SCHEMA, DeltaRefused, Place, Position, pages
from crmcorner.mailbox.graph.wire import segment


class FolderEntry(msgspec.Struct):
    """Graph: contactFolder, of which no more than the id matters; `removed` if it is there no longer."""

    id: str
    removed: dict[str, object] | None = msgspec.field(name="@removed", default=None)


class _Item(msgspec.Struct, rename="camel"):
    parent_folder_id: str = ""


class _Items(msgspec.Struct):
    value: list[_Item]


class Folders:
    """The contact folders of one mailbox, as far as they have been seen. ``root`` is the mailbox's path."""

    def __init__(self, client: GraphClient, root: str) -> None:
        self._client = client
        self._root = root
        self._known: set[str] = set()
        self.default = ""

    def start_of(self, folder: str) -> str:
        """Return where reading a folder begins; "" is the default one."""
        within = f"/contactFolders/{segment(folder)}" if folder else ""
        return f"{self._root}{within}/contacts/delta"

    def follow(self, position: Position) -> None:
        """Bring a position up to date with the list of folders: new ones are to be read from the beginning.

        A folder that is gone is forgotten. Nothing is said of its items: whether they are gone too is asked of each.

        Raises:
            MailboxError: the list could not be read.
        """
        whole = not position.folder_list
        listed: set[str] = set()
        try:
            for page in pages(
                self._client, position.folder_list or f"{self._root}/contactFolders/delta", FolderEntry
            ):
                for folder in page.items:
                    if folder.removed is not None:
                        listed.discard(folder.id)
                        position.places.pop(folder.id, None)
                    elif folder.id != position.default:
                        listed.add(folder.id)
                        position.places.setdefault(folder.id, Place(self.start_of(folder.id)))
                position.folder_list = page.link
        except DeltaRefused as refusal:
            raise faults.mailbox_trouble(refusal.answer) from refusal
        if whole:
            for folder_id in [*position.places]:
                if folder_id not in {"", position.default, *listed}:
                    del position.places[folder_id]
        self.note(position)

    def note(self, position: Position) -> None:
        """Remember the folders of a position."""
        self.default = position.default or self.default
        self._known = {folder_id for folder_id in (*position.places, position.default) if folder_id}

    def find_default(self) -> str:
        """Return the id of the default folder, or "" if nothing tells it: then it is empty.

        Raises:
            MailboxError: the mailbox could not be read.
        """
        answer = self._client.read(f"{self._root}/contacts?$top=1&$select=parentFolderId")
        if not answer.ok:
            raise faults.mailbox_trouble(answer)
        items: _Items = decode(answer.body, type_=_Items)
        if items.value:
            return items.value[0].parent_folder_id
        alias = self._client.read(f"{self._root}/contactFolders/contacts")
        if alias.ok:
            return str(decode(alias.body, type_=FolderEntry).id)
        return ""

    def others(self, *, afresh: bool = False) -> set[str]:
        """Return the ids of all contact folders but the default one; ``afresh`` asks the service in any case.

        Raises:
            MailboxError: the list could not be read.
        """
        if afresh or not self._known:
            position = Position(schema=SCHEMA, default=self.default or self.find_default())
            self.follow(position)
        return self._known - {self.default}

    def note_default(self, folder: str) -> None:
        """Remember the default folder's id: what is created comes into it."""
        self.default = self.default or folder

    def seem_to_hold(self, folder: str) -> bool:
        """Whether this is a contact folder as far as is known; nothing is asked."""
        return folder in self._known or folder == self.default

    def hold(self, folder: str, *, afresh: bool = False) -> bool:
        """Whether this is a contact folder of the mailbox; Deleted Items is none.

        Raises:
            MailboxError: the list could not be read.
        """
        return folder in self.others(afresh=afresh) | {self.default}
