"""The sources of mails (RFC 5322), a few at a time, and never more of one than is wanted (R36).

Source: Graph: Get MIME content of a message; Throttling limits (Outlook service: four concurrent requests). Such an
answer inside a batch would be a third larger, and whole in memory before its size is known.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice

from crmcorner.items.changes import ItemId
from crmcorner.mailbox.graph import faults
from crmcorner.mailbox.graph.client import GraphClient, TooLarge
from crmcorner.mailbox.graph.wire import Answer

AT_ONCE = 3
"""One less than the service allows; as many sources are held in memory while another one is stored."""

_NOT_CONVERTED = frozenset({"errormimecontentconversionfailed", "errorcontentconversionfailed"})
"""Exchange cannot write some mails as MIME, encrypted ones and reports about them above all, however often it is asked
(Graph issue 7758; the codes are those of Exchange Web Services)."""


def read_sources(
    client: GraphClient, paths: Mapping[ItemId, str], limit: int
) -> Iterator[tuple[ItemId, bytes | None]]:
    """Yield the sources at these addresses, in order; None where it is larger than ``limit`` bytes.

    None, too, where Exchange has no source to give: the mail can be filed without it. What is gone is passed over.

    Raises:
        Throttled: the service asks to wait; what came before was yielded.
        MailboxError: a source could not be read.
    """
    rest = iter(paths.items())
    with ThreadPoolExecutor(AT_ONCE) as lanes:
        reading: deque[tuple[ItemId, Future[Answer | None]]] = deque()
        try:
            while True:
                for item_id, path in islice(rest, AT_ONCE - len(reading)):
                    reading.append((item_id, lanes.submit(_read, client, path, limit)))
                if not reading:
                    return
                item_id, future = reading.popleft()
                answer = future.result()
                if answer is None:
                    yield item_id, None
                elif answer.ok:
                    yield item_id, answer.body
        finally:
            for _item_id, future in reading:
                future.cancel()


def _read(client: GraphClient, path: str, limit: int) -> Answer | None:
    """Return the answer that holds a source, or says that the mail is gone; None if there is none to be had."""
    try:
        answer = client.read(path, limit=limit)
    except TooLarge:
        return None
    if answer.ok or faults.is_gone(answer):
        return answer
    if any(code in _NOT_CONVERTED for code in faults.read_trouble(answer).codes):
        return None
    raise faults.mailbox_trouble(answer)
