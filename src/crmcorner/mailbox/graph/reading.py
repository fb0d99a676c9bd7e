"""What changed in all contact folders since a position, page by page."""

from collections.abc import Iterator

from crmcorner.items.changes import Change, ItemId, Removed
from crmcorner.mailbox.errors import CursorExpired
from crmcorner.mailbox.graph import faults
from crmcorner.mailbox.graph.client import GraphClient
from crmcorner.mailbox.graph.contacts import GraphContact, upserted
from crmcorner.mailbox.graph.delta import SCHEMA, DeltaRefused, Page, Place, Position, pages
from crmcorner.mailbox.graph.folders import Folders
from crmcorner.mailbox.protocol import ChangePage, Cursor


class ChangeReader:
    """One round over the folders of a mailbox.

    The default folder is read without naming it (``/contacts/delta``: in Microsoft's metadata and libraries, not on
    its pages). Where that is refused, it is read by its id, which any of its items tells.
    """

    def __init__(self, client: GraphClient, folders: Folders, *, country: str) -> None:
        self._client = client
        self._folders = folders
        self._country = country
        self._seen_in: dict[ItemId, str] = {}

    def changes(self, since: Cursor | None) -> Iterator[ChangePage]:
        """Yield what changed; every page's cursor can be gone on from.

        Raises:
            CursorExpired: the service no longer knows the cursor.
            MailboxError: the mailbox cannot be read.
        """
        position = (
            Position.read(since)
            if since
            else Position(schema=SCHEMA, places={"": Place(self._folders.start_of(""))})
        )
        self._folders.note(position)
        if not position.listed:
            self._folders.follow(position)
            position.listed = True
        if position.by_id and not position.default:
            self._read_default_by_id(position)
        while (
            folder := next((key for key, place in position.places.items() if not place.done), None)
        ) is not None:
            yield from self._folder(position, folder)
        position.begin_round()
        yield ChangePage(changes=(), cursor=position.written(), complete=True)

    def _folder(self, position: Position, folder: str) -> Iterator[ChangePage]:
        """Read one folder to its end; the page that ends the round is left to the caller."""
        place = position.places[folder]
        try:
            for page in pages(self._client, place.link, GraphContact):
                changes = self._changes(page, position, folder)
                place.link, place.done = page.link, page.last
                yield ChangePage(changes=changes, cursor=position.written(), complete=False)
        except DeltaRefused as refusal:
            self._refused(position, folder, refusal)

    def _changes(self, page: Page[GraphContact], position: Position, folder: str) -> tuple[Change, ...]:
        found: list[Change] = []
        for item in page.items:
            if item.removed is None:
                self._seen_in[item.id] = folder
                found.append(upserted(item, country=self._country))
                if not folder and not position.default and item.parent_folder_id:
                    self._learn_default(position, item.parent_folder_id)
            elif self._seen_in.get(item.id, folder) == folder:
                # One that another folder has just shown has moved there, whatever this folder says of it.
                found.append(Removed(item_id=item.id))
        return tuple(found)

    def _learn_default(self, position: Position, folder_id: str) -> None:
        """Should the list show the default folder too, it is not read twice."""
        position.default = folder_id
        position.places.pop(folder_id, None)
        self._folders.note(position)

    def _refused(self, position: Position, folder: str, refusal: DeltaRefused) -> None:
        """Go on without a folder, if that is what the refusal means.

        Raises:
            MailboxError: it concerns more than this folder.
        """
        answer, place = refusal.answer, position.places[folder]
        if not faults.is_not_offered(answer):
            raise faults.mailbox_trouble(answer) from refusal
        if folder:
            if answer.status != 404 or folder == position.default:
                raise faults.mailbox_trouble(answer) from refusal
            # The folder is gone. Should it be there after all, the whole list of folders brings it back.
            del position.places[folder]
            position.folder_list = ""
            self._folders.note(position)
        elif place.link == self._folders.start_of(""):
            position.by_id = True
            self._read_default_by_id(position)
        else:
            raise CursorExpired(str(answer.status)) from refusal

    def _read_default_by_id(self, position: Position) -> None:
        """Put the default folder among the others; as long as nothing tells its id, it is empty."""
        position.default = position.default or self._folders.find_default()
        if position.default:
            position.places.pop("", None)
            position.places.setdefault(position.default, Place(self._folders.start_of(position.default)))
            self._folders.note(position)
        elif "" in position.places:
            position.places[""].done = True
