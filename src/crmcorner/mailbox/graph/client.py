"""Graph over HTTP: one request or one batch at a time, signed in, with every answer brought into one shape.

Sources: Microsoft Graph: Combine requests using JSON batching; Throttling; Obtain immutable identifiers; Best
practices (client-request-id). Neither bodies nor tokens are ever logged.
"""

import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx2
import msgspec

from crmcorner.mailbox.errors import NotUnderstood, Throttled, Unreachable
from crmcorner.mailbox.graph import faults
from crmcorner.mailbox.graph.budget import Budget
from crmcorner.mailbox.graph.tokens import TokenSource
from crmcorner.mailbox.graph.wire import Answer, JsonObject, Request

BATCH_REQUESTS = 20
SHORT_WAIT = 2.0
"""Seconds that may be waited inside a call, once; for anything longer the run is put to sleep instead."""

IMMUTABLE_IDS = 'IdType="ImmutableId"'

_log = logging.getLogger(__name__)


class _BatchAnswer(msgspec.Struct):
    id: str
    status: int
    headers: dict[str, str] | None = None
    body: msgspec.Raw = msgspec.Raw()


class _BatchAnswers(msgspec.Struct):
    responses: list[_BatchAnswer]


class GraphClient:
    """One application's way to one mailbox. Safe to use from several threads.

    Args:
        http: the connection, with its time limits.
        tokens: where access tokens come from.
        base_url: the version's root, as ``https://graph.microsoft.com/v1.0``; tokens go nowhere else.
        budget: the mailbox's quota.
        sleep: waits so many seconds.
        new_id: makes the ``client-request-id`` of each request.
    """

    def __init__(
        self,
        http: httpx2.Client,
        tokens: TokenSource,
        *,
        base_url: str,
        budget: Budget,
        sleep: Callable[[float], None],
        new_id: Callable[[], str] = lambda: str(uuid.uuid4()),
    ) -> None:
        self._http = http
        self._tokens = tokens
        self._base_url = base_url.rstrip("/")
        self._budget = budget
        self._new_id = new_id
        self.sleep = sleep

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def read(self, path: str, prefer: str = "", *, limit: int | None = None) -> Answer:
        """GET a path or a whole link; trouble that passes at once is tried a second time.

        ``limit`` is for bytes that need not be JSON: no more of them than that are taken in.

        Raises:
            MailboxError: there is no answer, or one that asks to wait longer.
            TooLarge: there are more than ``limit`` bytes.
        """
        request = Request("GET", path, headers={"Prefer": prefer} if prefer else {})
        try:
            answer = self.send(request, limit)
        except Unreachable:
            return self.send(request, limit)
        if faults.is_throttled(answer) and (wait := faults.wait_of(answer)) <= SHORT_WAIT:
            self.sleep(wait)
            return self.send(request, limit)
        return self.send(request, limit) if answer.status in {500, 502, 503, 504} else answer

    def read_json(self, path: str) -> JsonObject:
        """GET a path and return its body.

        Raises:
            MailboxError: anything but a good answer.
        """
        answer = self.read(path)
        if not answer.ok:
            raise faults.mailbox_trouble(answer)
        body: JsonObject = decode(answer.body, type_=JsonObject)
        return body

    def send(self, request: Request, limit: int | None = None) -> Answer:
        """Send one request as it is; only an expired token is renewed, once. ``limit`` is as in `read`.

        Raises:
            MailboxError: no answer came, the budget is used up, or there is no token to be had.
        """
        self._budget.spend(1)
        return self._signed_in(request, limit)

    def batch(self, requests: Sequence[Request], *, serial: bool = False) -> list[Answer | None]:
        """Send up to twenty requests as one; answer *n* belongs to request *n*, None where none came.

        ``serial`` has them carried out one after the other, each only if the one before it succeeded; otherwise
        the service works on four at a time.

        Raises:
            MailboxError: the batch as a whole failed; `faults.nothing_sent` tells whether anything may have been
                carried out.
            BatchRefused: the service would not take it as it is, and carried out nothing.
        """
        self._budget.spend(len(requests))
        items = [_item(place, request, serial=serial) for place, request in enumerate(requests)]
        answer = self._signed_in(Request("POST", "/$batch", {"requests": items}))
        if answer.status in {400, 413}:
            raise BatchRefused(answer)
        if answer.status == 429:
            raise Throttled(faults.wait_of(answer), f"429 {answer.request_id}")
        if answer.status >= 500:
            # Whether a 503 came before or after the work was done cannot be seen.
            raise Unreachable(f"{answer.status} {answer.request_id}")
        if not answer.ok:
            raise faults.mailbox_trouble(answer)
        found = {each.id: _unpacked(each) for each in decode(answer.body, type_=_BatchAnswers).responses}
        return [found.get(str(place)) for place in range(len(requests))]

    def _signed_in(self, request: Request, limit: int | None = None) -> Answer:
        token = self._tokens.token()
        answer = self._once(request, token, limit)
        if answer.status == 401:
            answer = self._once(request, self._tokens.renewed(token), limit)
        return answer

    def _once(self, request: Request, token: str, limit: int | None) -> Answer:
        request_id = self._new_id()
        headers = {
            **_headers(request),
            "Authorization": f"Bearer {token}",
            "client-request-id": request_id,
            "Accept": "application/json" if limit is None else "*/*",
        }
        content = None if request.body is None else msgspec.json.encode(request.body)
        url = self._url(request.path)
        try:
            with self._http.stream(request.method, url, headers=headers, content=content) as response:
                body = _body(response, limit)
        except faults.HTTP_ERRORS as error:
            _log.warning(
                "Graph %s: %s, client-request-id %s", request.method, type(error).__name__, request_id
            )
            raise faults.broken_connection(error) from error
        answer = Answer(response.status_code, _lower(response.headers), body)
        if not answer.ok:
            said = faults.read_trouble(answer)
            _log.info(
                "Graph %s answered %s %s, request-id %s, client-request-id %s",
                request.method, answer.status, said, answer.request_id, request_id,
            )  # fmt: skip
        return answer

    def _url(self, path: str) -> str:
        """The whole address; a link of the service's must lead back to the service, for it gets the token."""
        if path.startswith("/"):
            return self._base_url + path
        if _origin(path) != _origin(self._base_url):
            raise NotUnderstood("a link that leads to another host")
        return path


def _origin(address: str) -> tuple[str, str, int | None]:
    try:
        url = httpx2.URL(address)
    except httpx2.InvalidURL:
        return "", "", None
    return url.scheme, url.host, url.port


class TooLarge(Exception):
    """An answer has more bytes than were wanted; the rest was not taken in."""


class BatchRefused(Exception):
    """The service would not take the batch as it was sent: malformed (400) or too large (413)."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(str(answer.status))
        self.answer = answer


def decode(body: bytes, type_: Any) -> Any:
    """Return a body as this type.

    Raises:
        NotUnderstood: it is something else.
    """
    try:
        return msgspec.json.decode(body, type=type_)
    except msgspec.DecodeError as error:
        # The message names types and places, never values.
        raise NotUnderstood(f"answer: {error}") from error


def _item(place: int, request: Request, *, serial: bool) -> JsonObject:
    item: JsonObject = {
        "id": str(place),
        "method": request.method,
        "url": request.path,
        "headers": _headers(request),
    }
    if request.body is not None:
        item["body"] = request.body
    if serial and place:
        item["dependsOn"] = [str(place - 1)]
    return item


def _headers(request: Request) -> dict[str, str]:
    prefer = request.headers.get("Prefer")
    headers = {**request.headers, "Prefer": f"{IMMUTABLE_IDS}, {prefer}" if prefer else IMMUTABLE_IDS}
    if request.body is not None:
        headers["Content-Type"] = "application/json"
    return headers


def _body(response: httpx2.Response, limit: int | None) -> bytes:
    """Return the body; that of a refusal whole in any case. What was compressed counts as it is unpacked."""
    if limit is None or not response.is_success:
        return response.read()
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > limit:
            raise TooLarge(str(limit))
    return bytes(body)


def _unpacked(each: _BatchAnswer) -> Answer:
    return Answer(each.status, _lower(each.headers or {}), bytes(each.body))


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
