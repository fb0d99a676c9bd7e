"""Finding the mails that bear a category, in a whole mailbox (R30, R31).

Source: Graph: List messages (a filter with an order; page sizes; 504 for large pages); Use query parameters (a filter
may be passed over without a word); outlookCategory. That a filter on categories works across folders, how it compares
upper and lower case, and whether it goes with an order, Microsoft's pages leave open: every message found is looked
at once more, and what is refused is done another way.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from urllib.parse import quote

import msgspec

from crmcorner.items.changes import ItemId
from crmcorner.items.mail import MarkedMail
from crmcorner.mailbox.errors import NotUnderstood, Unreachable
from crmcorner.mailbox.graph import faults
from crmcorner.mailbox.graph.batches import read_many
from crmcorner.mailbox.graph.client import GraphClient, decode
from crmcorner.mailbox.graph.mail_folders import MailFolders, read_links
from crmcorner.mailbox.graph.mail_reading import LINE, WHOLE, GraphMail, mail_of
from crmcorner.mailbox.graph.wire import Answer, literal, segment

WHOLE_AT_ONCE = 250
"""Messages on a page of whole ones; the service gives 1,000, but may run out of time over them."""

LINES_AT_ONCE = (1000, 100)
"""Messages on a page of lines; the second number where the service runs out of time over the first."""

MOST_PAGES = 1000
"""Requests in which one search has to end; then there are a hundred thousand messages at the very least."""


class Way(IntEnum):
    """How marked messages are found, the cheapest way first; one that is refused is not tried again."""

    ORDERED = 0
    UNORDERED = 1
    BY_FOLDER = 2
    WALK = 3


class _Page(msgspec.Struct):
    value: list[GraphMail]
    next_link: str = msgspec.field(name="@odata.nextLink", default="")


class _Category(msgspec.Struct, rename="camel"):
    display_name: str = ""


class _Categories(msgspec.Struct):
    value: list[_Category]
    next_link: str = msgspec.field(name="@odata.nextLink", default="")


class _Refused(Exception):
    """The service does not offer this filter, or this order with it."""


class MarkedSearch:
    """Finds the marked messages of one mailbox, and remembers what it learnt about the service.

    Args:
        client: the way to the service.
        root: the mailbox's path.
        folders: its mail folders.
    """

    def __init__(self, client: GraphClient, root: str, folders: MailFolders) -> None:
        self._client, self._root, self._folders = client, root, folders
        self._master_list = f"{root}/outlook/masterCategories"
        self._way = Way.ORDERED
        self._spellings: dict[str, tuple[str, ...]] = {}

    def find(self, category: str, limit: int) -> MarkedMail:
        """Return the oldest ``limit`` mails with a category and how many there are in all; see `MailMailbox`.

        Raises:
            MailboxError: the mailbox cannot be read, or it has more messages than can be looked through.
        """
        first = self._first_pages(category, limit)
        whole = {message.id: message for page in first or () for message in page.value}
        if first is None or any(page.next_link for page in first):
            marked = self._counting(self._lines(category), category)
        else:
            marked = self._counting(whole.values(), category)
        oldest = sorted(marked, key=lambda message: (message.received, message.id))[: max(limit, 0)]
        whole |= self._read_whole([message.id for message in oldest if message.id not in whole])
        mails = tuple(
            mail_of(whole[message.id])
            for message in oldest
            if message.id in whole and whole[message.id].bears(category)
        )
        # What has gone, or lost its mark, while we were reading does not wait either.
        return MarkedMail(mails=mails, total=len(marked) - (len(oldest) - len(mails)))

    def _counting(self, messages: Iterable[GraphMail], category: str) -> list[GraphMail]:
        """Return those that bear the category where it counts, each once."""
        bearing = {each.id: each for each in messages if each.bears(category) and not each.is_draft}
        if not bearing:
            return []
        left_out = self._folders.left_out()
        return [each for each in bearing.values() if each.parent_folder_id not in left_out]

    def _read_whole(self, ids: Sequence[ItemId]) -> Mapping[ItemId, GraphMail]:
        return read_messages(self._client, self._root, ids)

    # --- the whole mailbox at once ------------------------------------------------------------------------------

    def _first_pages(self, category: str, limit: int) -> list[_Page] | None:
        """Return the first page for each spelling of the category, with whole messages; None if it is not offered.

        In most runs this is all that is asked. The mailbox's own list of categories comes along the first time.
        """
        while self._way <= Way.UNORDERED:
            top = max(1, min(limit, WHOLE_AT_ONCE))
            known = self._spellings.get(category)
            links = [self._wide(each, f"{WHOLE}&$top={top}") for each in known or (category,)]
            try:
                if known:
                    return [_page_in(answer) for answer in read_links(self._client, links)]
                answer, listed = read_many(self._client, [*links, self._master_list])
                others = self._learn_spellings(category, listed)[1:]
                more = read_links(self._client, [self._wide(each, f"{WHOLE}&$top={top}") for each in others])
                return [_page_in(each) for each in (answer, *more)]
            except _Refused:
                self._way = Way(self._way + 1)
        return None

    def _wide(self, spelling: str, options: str) -> str:
        """Return the address that finds a category in the whole mailbox.

        What is ordered by must stand in the filter, and stand there first (Graph: List messages).
        """
        marked = _with_category(spelling)
        if self._way is Way.ORDERED:
            since = quote("receivedDateTime ge 1900-01-01T00:00:00Z and ")
            marked = f"{since}{marked}&$orderby=receivedDateTime%20asc"
        return f"{self._root}/messages?$filter={marked}&{options}"

    def _learn_spellings(self, category: str, answer: Answer) -> tuple[str, ...]:
        """Note how the mailbox itself writes a category: the filter may tell upper from lower case.

        Outlook offers its user the names of that list alone. Where we may not read it, our own spelling must do.
        """
        found = [category]
        asked = set[str]()
        while answer.ok:
            page: _Categories = decode(answer.body, type_=_Categories)
            found += [each.display_name for each in page.value if _same(each.display_name, category)]
            if not page.next_link or page.next_link in asked:
                break
            asked.add(page.next_link)
            answer = self._client.read(page.next_link)
        self._spellings[category] = tuple(dict.fromkeys(found))
        return self._spellings[category]

    # --- all of them, a line each -------------------------------------------------------------------------------

    def _lines(self, category: str) -> list[GraphMail]:
        """Return every message that may bear a category, wherever it lies, with no more than tells its age."""
        for top in LINES_AT_ONCE:
            try:
                return self._lines_by(category, f"{LINE}&$top={top}")
            except Unreachable:
                if top == LINES_AT_ONCE[-1]:
                    raise
        return []

    def _lines_by(self, category: str, options: str) -> list[GraphMail]:
        while True:
            try:
                return list(self._gathered(self._links(category, options)))
            except _Refused as refusal:
                if self._way is Way.WALK:
                    raise NotUnderstood("the messages of a mailbox cannot be listed") from refusal
                self._way = Way(self._way + 1)

    def _links(self, category: str, options: str) -> list[str]:
        """Return where reading begins, by the way that is offered."""
        if self._way is Way.WALK:
            return [f"{self._root}/messages?{options}"]
        spellings = self._spellings.get(category) or self._learn_spellings(
            category, self._client.read(self._master_list)
        )
        if self._way is Way.BY_FOLDER:
            return [
                f"{self._root}/mailFolders/{segment(folder)}/messages?$filter={_with_category(each)}&{options}"
                for folder in self._folders.others()
                for each in spellings
            ]
        return [self._wide(each, options) for each in spellings]

    def _gathered(self, links: list[str]) -> Iterator[GraphMail]:
        """Yield the messages of all pages. A link that comes a second time would never end, and is not followed.

        Raises:
            NotUnderstood: there are more than `MOST_PAGES`; then nobody could say how many mails wait.
        """
        asked = set[str]()
        while links:
            asked.update(links)
            if len(asked) > MOST_PAGES:
                raise NotUnderstood(f"marked mail is not found within {MOST_PAGES} requests")
            pages = [_page_in(answer) for answer in read_links(self._client, links)]
            for page in pages:
                yield from page.value
            links = [page.next_link for page in pages if page.next_link and page.next_link not in asked]


def read_messages(client: GraphClient, root: str, ids: Sequence[ItemId]) -> dict[ItemId, GraphMail]:
    """Return these messages, whole; one that is missing in the answer is gone.

    Raises:
        MailboxError: one of them could not be read.
    """
    unique = list(dict.fromkeys(ids))
    paths = [f"{root}/messages/{segment(item_id)}?{WHOLE}" for item_id in unique]
    found: dict[ItemId, GraphMail] = {}
    for item_id, answer in zip(unique, read_many(client, paths), strict=True):
        if answer.ok:
            found[item_id] = decode(answer.body, type_=GraphMail)
        elif not faults.is_gone(answer):
            raise faults.mailbox_trouble(answer)
    return found


def _page_in(answer: Answer) -> _Page:
    """Return the messages in an answer; a folder that has gone since it was listed has none.

    Raises:
        _Refused: the service does not offer this way of asking.
        MailboxError: anything else that is no page.
    """
    if answer.ok:
        page: _Page = decode(answer.body, type_=_Page)
        return page
    if faults.is_gone(answer):
        return _Page([])
    if answer.status in {400, 501} and faults.is_not_offered(answer):
        raise _Refused(str(answer.status))
    raise faults.mailbox_trouble(answer)


def _with_category(name: str) -> str:
    return f"{quote('categories/any(c:c eq ', safe='()/')}{literal(name)})"


def _same(name: str, other: str) -> bool:
    return name.casefold() == other.casefold()
