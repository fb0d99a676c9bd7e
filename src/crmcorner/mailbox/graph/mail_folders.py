"""Which mail folders there are: those in which a mark does not count (R30), and all others.

Source: Graph: mailFolder resource type (well-known names); List mailFolders; List childFolders; mailSearchFolder.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from crmcorner.mailbox.graph import faults
from crmcorner.mailbox.graph.batches import read_many
from crmcorner.mailbox.graph.client import GraphClient, decode
from crmcorner.mailbox.graph.wire import Answer, segment

FolderId = str

LEFT_OUT = ("deleteditems", "junkemail", "drafts")
"""R30: by their well-known names, which are the same in every language."""

_EVERYTHING = ("msgfolderroot",)
_SELECT = "$select=id,childFolderCount"


class _Folder(msgspec.Struct, rename="camel"):
    id: FolderId
    child_folder_count: int | None = None
    type_: str = msgspec.field(name="@odata.type", default="")

    @property
    def is_search(self) -> bool:
        """Whether it only shows what lies in other folders."""
        return self.type_.endswith("mailSearchFolder")


class _Folders(msgspec.Struct):
    value: list[_Folder]
    next_link: str = msgspec.field(name="@odata.nextLink", default="")


class MailFolders:
    """The mail folders of one mailbox, asked for when they are first needed. ``root`` is the mailbox's path."""

    def __init__(self, client: GraphClient, root: str) -> None:
        self._client = client
        self._folders = f"{root}/mailFolders"
        self._left_out: frozenset[FolderId] | None = None

    def left_out(self) -> frozenset[FolderId]:
        """Return the ids of Deleted Items, Junk Email and Drafts and of all folders below them; asked for once.

        Raises:
            MailboxError: a folder could not be read; one that the mailbox does not have is none.
        """
        if self._left_out is None:
            self._left_out = frozenset(self._tree(LEFT_OUT, frozenset()))
        return self._left_out

    def others(self) -> list[FolderId]:
        """Return the ids of all other folders, those that users do not see left out.

        Raises:
            MailboxError: a folder could not be read.
        """
        return list(self._tree(_EVERYTHING, self.left_out()))

    def _tree(self, names: Sequence[str], without: frozenset[FolderId]) -> Iterator[FolderId]:
        """Yield these folders and all below them, a level at a time."""
        level = [
            folder
            for answer in read_many(self._client, [f"{self._folders}/{name}?{_SELECT}" for name in names])
            if (folder := _folder_in(answer)) is not None
        ]
        seen = set(without)
        while level:
            fresh = {folder.id: folder for folder in level if folder.id not in seen and not folder.is_search}
            seen |= fresh.keys()
            yield from fresh
            level = list(self._children(fresh.values()))

    def _children(self, folders: Iterable[_Folder]) -> Iterator[_Folder]:
        links = [
            f"{self._folders}/{segment(folder.id)}/childFolders?{_SELECT}&$top=250"
            for folder in folders
            if folder.child_folder_count != 0
        ]
        asked = set[str]()
        while links:
            asked.update(links)
            pages = [_children_in(answer) for answer in read_links(self._client, links)]
            for page in pages:
                yield from page.value
            links = [page.next_link for page in pages if page.next_link and page.next_link not in asked]


def read_links(client: GraphClient, links: Sequence[str]) -> list[Answer]:
    """GET addresses of ours and links of the service's; answer *n* belongs to link *n*.

    Ours travel together. The service's are whole addresses, which a batch does not take: each travels alone.

    Raises:
        MailboxError: one of them could not be read; answers that are refusals of itself alone are returned.
    """
    ours = [link for link in links if link.startswith("/")] if len(links) > 1 else []
    answers = dict(zip(ours, read_many(client, ours), strict=True))
    return [answers[link] if link in answers else client.read(link) for link in links]


def _folder_in(answer: Answer) -> _Folder | None:
    if answer.ok:
        folder: _Folder = decode(answer.body, type_=_Folder)
        return folder
    if faults.is_gone(answer):
        return None
    raise faults.mailbox_trouble(answer)


def _children_in(answer: Answer) -> _Folders:
    """The folders in an answer; a folder that has gone since it was listed has none."""
    if answer.ok:
        page: _Folders = decode(answer.body, type_=_Folders)
        return page
    if faults.is_gone(answer):
        return _Folders([])
    raise faults.mailbox_trouble(answer)
