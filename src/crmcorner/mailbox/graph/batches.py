"""Many requests in few round trips, never more than four at a time for one mailbox.

Source: Graph: Combine requests using JSON batching; Throttling limits (Outlook service: four concurrent requests;
a batch without dependencies has four of its requests carried out at a time, a chain one).
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec

from crmcorner.mailbox.errors import MailboxError, Throttled, Unreachable
from crmcorner.mailbox.graph import faults
from crmcorner.mailbox.graph.client import BATCH_REQUESTS, SHORT_WAIT, BatchRefused, GraphClient
from crmcorner.mailbox.graph.wire import Answer, Request

LANES = 4
CHAINED_FROM = LANES * BATCH_REQUESTS
"""From so many writes on, four chains at once need fewer round trips than batches one after the other."""

BATCH_BYTES = 3_500_000
"""A request to Graph may have four megabytes; this leaves room for the envelope."""

Outcome = Answer | MailboxError | None
"""An answer; or why it is not known whether the write took effect; or None if it was not carried out."""


class WriteBatches:
    """Sends the writes of one call. For one use.

    Every write ends as one of: answered, uncertain, not carried out. A write that was not carried out because a
    chain broke before it, or because the service asked to wait briefly, is sent once more.
    """

    def __init__(self, client: GraphClient, requests: Sequence[Request]) -> None:
        self._client = client
        self._requests = requests
        self._outcomes: list[Outcome] = [None] * len(requests)
        self._stopped: MailboxError | None = None
        self._wait = 0.0

    def send(self) -> list[Outcome]:
        """Send everything; outcome *n* belongs to request *n*.

        Raises:
            MailboxError: nothing at all was carried out, and this is why.
        """
        every = range(len(self._requests))
        if len(self._requests) >= CHAINED_FROM:
            with ThreadPoolExecutor(LANES) as lanes:
                list(lanes.map(self._send_chain, self._pieces(every)))
        for _attempt in range(2):
            if not self._pause():
                break
            for piece in self._pieces([place for place in every if self._outcomes[place] is None]):
                self._send_piece(piece, serial=False)
        if self._stopped is None and self._wait:
            self._stopped = Throttled(self._wait)
        if self._stopped is not None and not any(self._outcomes):
            raise self._stopped
        return self._outcomes

    @property
    def retry_after(self) -> float:
        """Seconds after which those that were not carried out may be tried again; 0 if nothing was said."""
        return self._stopped.retry_after if isinstance(self._stopped, Throttled) else 0.0

    def _pause(self) -> bool:
        """Wait if the service has asked for a short while; False if there is nothing to go on with."""
        if self._stopped is not None or all(outcome is not None for outcome in self._outcomes):
            return False
        if self._wait > SHORT_WAIT:
            self._stopped = Throttled(self._wait)
            return False
        if self._wait:
            self._client.sleep(self._wait)
            self._wait = 0.0
        return True

    def _send_chain(self, piece: list[int]) -> None:
        self._send_piece(piece, serial=True)

    def _send_piece(self, piece: list[int], *, serial: bool) -> None:
        """Send one batch, unless one before it has met trouble that the next would meet too."""
        if self._stopped is not None or self._wait:
            return
        try:
            answers = self._client.batch([self._requests[place] for place in piece], serial=serial)
        except BatchRefused as refusal:
            self._refused_whole(piece, refusal.answer)
            return
        except MailboxError as error:
            self._failed_whole(piece, error)
            return
        for place, answer in zip(piece, answers, strict=True):
            self._note(place, answer)
        if all(isinstance(self._outcomes[place], Unreachable) for place in piece):
            self._stopped = Unreachable("no request of a batch was answered")

    def _note(self, place: int, answer: Answer | None) -> None:
        if answer is None:
            self._outcomes[place] = Unreachable("answer missing in a batch")
        elif answer.status == 429:
            self._wait = max(self._wait, faults.wait_of(answer))
        elif answer.status >= 500 and answer.status not in {501, 507}:
            self._outcomes[place] = Unreachable(f"{answer.status} {answer.request_id}")
        elif not faults.is_failed_dependency(answer):
            self._outcomes[place] = answer

    def _refused_whole(self, piece: list[int], answer: Answer) -> None:
        """One write must have spoilt the batch: each is sent by itself, so that it is the only one to suffer."""
        if len(piece) == 1:
            self._outcomes[piece[0]] = answer
            return
        for place in piece:
            self._send_piece([place], serial=False)

    def _failed_whole(self, piece: list[int], error: MailboxError) -> None:
        if isinstance(error, Throttled):
            self._wait = max(self._wait, error.retry_after)
            return
        if not faults.nothing_sent(error):
            for place in piece:
                self._outcomes[place] = error
        self._stopped = error

    def _pieces(self, places: Sequence[int]) -> Iterator[list[int]]:
        """Cut into batches by number and by size."""
        piece: list[int] = []
        size = 0
        for place in places:
            body = self._requests[place].body
            length = len(msgspec.json.encode(body)) if body else 0
            if piece and (len(piece) == BATCH_REQUESTS or size + length > BATCH_BYTES):
                yield piece
                piece, size = [], 0
            piece.append(place)
            size += length
        if piece:
            yield piece


def read_many(client: GraphClient, paths: Sequence[str]) -> list[Answer]:
    """GET many paths; answer *n* belongs to path *n*. Trouble that passes at once is tried a second time.

    Raises:
        MailboxError: one of them could not be read; answers that are refusals of the item alone are returned.
    """
    answers: dict[int, Answer] = {}
    for attempt in range(2):
        wait = 0.0
        missing = [place for place in range(len(paths)) if place not in answers]
        for start in range(0, len(missing), BATCH_REQUESTS):
            piece = missing[start : start + BATCH_REQUESTS]
            for place, answer in zip(piece, _read_batch(client, paths, piece), strict=True):
                if answer is None or faults.is_throttled(answer) or answer.status >= 500:
                    trouble = faults.mailbox_trouble(answer) if answer else Unreachable("answer missing")
                    if attempt or (isinstance(trouble, Throttled) and trouble.retry_after > SHORT_WAIT):
                        raise trouble
                    wait = max(wait, getattr(trouble, "retry_after", 0.0))
                else:
                    answers[place] = answer
        if len(answers) == len(paths):
            break
        if wait:
            client.sleep(wait)
    return [answers[place] for place in range(len(paths))]


def _read_batch(client: GraphClient, paths: Sequence[str], piece: Sequence[int]) -> Sequence[Answer | None]:
    requests = [Request("GET", paths[place]) for place in piece]
    try:
        return client.batch(requests)
    except BatchRefused as refusal:
        raise faults.mailbox_trouble(refusal.answer) from refusal
    except Unreachable:
        return [None] * len(piece)
    except Throttled as throttled:
        if throttled.retry_after > SHORT_WAIT:
            raise
        client.sleep(throttled.retry_after)
        return [None] * len(piece)
