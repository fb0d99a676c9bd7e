"""The one place that knows what Graph's answers and broken connections mean to the rest of CRMcorner.

Sources: Microsoft Graph error responses and resource types; Throttling; Combine requests using JSON batching;
Microsoft identity platform: authentication and authorization error codes. Codes decide, messages never do.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import httpx2
import msgspec

from crmcorner.items.changes import Refusal, Refused
from crmcorner.mailbox.errors import (
    ConsentKind,
    ConsentRequired,
    CursorExpired,
    MailboxError,
    NotUnderstood,
    Throttled,
    Unreachable,
)
from crmcorner.mailbox.graph.wire import Answer

DEFAULT_WAIT = 30.0
"""Seconds to wait when the service throttles without saying for how long."""

_CURSOR_CODES = frozenset({"syncstatenotfound", "syncstateinvalid", "resyncrequired"})
_CONFLICT_CODES = frozenset({"errorirresolvableconflict", "resourcemodified"})
_GONE_CODES = frozenset({"erroritemnotfound", "itemnotfound", "errorinvalididmalformed"})
_NO_MAILBOX_CODES = frozenset(
    {"mailboxnotenabledforrestapi", "errorinvaliduser", "request_resourcenotfound", "resourcenotfound"}
)

_NOTHING_SENT: frozenset[type[Exception]] = frozenset(
    {
        httpx2.ConnectError,
        httpx2.ConnectTimeout,
        httpx2.PoolTimeout,
        httpx2.ProxyError,
        httpx2.UnsupportedProtocol,
        httpx2.InvalidURL,
        httpx2.LocalProtocolError,
    }
)

BROKEN_CONNECTIONS: dict[type[Exception], type[MailboxError]] = {
    httpx2.CloseError: Unreachable,
    httpx2.ConnectError: Unreachable,
    httpx2.ConnectTimeout: Unreachable,
    httpx2.DecodingError: Unreachable,
    httpx2.NetworkError: Unreachable,
    httpx2.PoolTimeout: Unreachable,
    httpx2.ProxyError: Unreachable,
    httpx2.ReadError: Unreachable,
    httpx2.ReadTimeout: Unreachable,
    httpx2.RemoteProtocolError: Unreachable,
    httpx2.TimeoutException: Unreachable,
    httpx2.WriteError: Unreachable,
    httpx2.WriteTimeout: Unreachable,
    httpx2.CookieConflict: NotUnderstood,
    httpx2.HTTPError: NotUnderstood,
    httpx2.HTTPStatusError: NotUnderstood,
    httpx2.InvalidURL: NotUnderstood,
    httpx2.LocalProtocolError: NotUnderstood,
    httpx2.ProtocolError: NotUnderstood,
    httpx2.RequestError: NotUnderstood,
    httpx2.RequestNotRead: NotUnderstood,
    httpx2.ResponseNotRead: NotUnderstood,
    httpx2.SSEError: NotUnderstood,
    httpx2.StreamClosed: NotUnderstood,
    httpx2.StreamConsumed: NotUnderstood,
    httpx2.StreamError: NotUnderstood,
    httpx2.TooManyRedirects: NotUnderstood,
    httpx2.TransportError: NotUnderstood,
    httpx2.UnsupportedProtocol: NotUnderstood,
}
"""What each exception of httpx2 means: the network's trouble, or a mistake on one of the two sides."""

HTTP_ERRORS: tuple[type[Exception], ...] = (
    httpx2.HTTPError,
    httpx2.InvalidURL,
    httpx2.CookieConflict,
    httpx2.StreamError,
)
"""The roots of all that httpx2 raises."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What an error body says: its codes from the outside in, in lower case, and its message for the log."""

    codes: tuple[str, ...]
    message: str

    def __str__(self) -> str:
        return "/".join(self.codes)


def read_trouble(answer: Answer) -> Trouble:
    """Return what an error answer says; the codes nest, and the key is written innerError or innererror."""
    try:
        node = msgspec.json.decode(answer.body).get("error")
    except (msgspec.DecodeError, AttributeError):
        return Trouble((), "")
    codes: list[str] = []
    message = ""
    while isinstance(node, dict) and len(codes) < 10:
        code = node.get("code")
        if isinstance(code, str):
            codes.append(code.lower())
        text = node.get("message")
        if isinstance(text, str) and not message:
            message = text
        node = node.get("innerError") or node.get("innererror")
    return Trouble(tuple(codes), message)


def broken_connection(error: Exception) -> MailboxError:
    """Return the error for an exception of httpx2's; `nothing_sent` tells whether a write may have arrived."""
    for kind in type(error).__mro__:
        if meaning := BROKEN_CONNECTIONS.get(kind):
            return meaning(type(error).__name__)
    return NotUnderstood(type(error).__name__)


def nothing_sent(error: MailboxError) -> bool:
    """Whether it is sure that the request that failed so never reached the service."""
    if isinstance(error, Unreachable | NotUnderstood):
        return type(error.__cause__) in _NOTHING_SENT
    return True


def mailbox_trouble(answer: Answer) -> MailboxError:
    """Return the error for an answer that concerns the mailbox as a whole: reads, and the envelope of a batch."""
    said = read_trouble(answer)
    detail = f"{answer.status} {said} {answer.request_id}".strip()
    if answer.status == 410 or any(code in _CURSOR_CODES for code in said.codes):
        return CursorExpired(detail)
    if is_throttled(answer):
        return Throttled(wait_of(answer), detail)
    if answer.status == 401:
        return ConsentRequired(ConsentKind.SIGN_IN, detail)
    if answer.status == 403 or is_no_mailbox(answer):
        return ConsentRequired(ConsentKind.ADMINISTRATOR, detail)
    if answer.status in {408, 500, 502, 503, 504, 509}:
        return Unreachable(detail)
    return NotUnderstood(detail)


def sign_in_trouble(answer: Answer, *, on_behalf_of_user: bool) -> MailboxError:
    """Return the error for a refusal of the token endpoint (Microsoft identity platform: error codes).

    ``on_behalf_of_user`` tells whose consent is asked: with a refresh token the user signs in again, an application
    by itself needs the administrator.
    """
    try:
        said = msgspec.json.decode(answer.body)
        code = str(said.get("error", ""))
        numbers = ",".join(str(number) for number in said.get("error_codes") or ())
    except (msgspec.DecodeError, AttributeError, TypeError):
        code, numbers = "", ""
    detail = f"{answer.status} {code} {numbers}".strip()
    if answer.status == 429:
        return Throttled(wait_of(answer), detail)
    if answer.status >= 500 or code == "temporarily_unavailable":
        return Unreachable(detail)
    if code in {"invalid_grant", "interaction_required", "login_required", "consent_required"}:
        kind = ConsentKind.SIGN_IN if on_behalf_of_user else ConsentKind.ADMINISTRATOR
        return ConsentRequired(kind, detail)
    if code in {"invalid_client", "unauthorized_client", "access_denied", "invalid_request", "invalid_scope"}:
        return ConsentRequired(ConsentKind.ADMINISTRATOR, detail)
    return NotUnderstood(detail)


def is_gone(answer: Answer) -> bool:
    """Whether the answer says that there is no such item; an id that cannot be one names no item either."""
    if answer.status not in {400, 404} or is_no_mailbox(answer):
        return False
    codes = read_trouble(answer).codes
    return answer.status == 404 or any(code in _GONE_CODES for code in codes)


def is_no_mailbox(answer: Answer) -> bool:
    """Whether the answer says that there is no such mailbox."""
    return answer.status == 404 and any(code in _NO_MAILBOX_CODES for code in read_trouble(answer).codes)


def is_not_offered(answer: Answer) -> bool:
    """Whether the service does not know this address or option at all."""
    codes = read_trouble(answer).codes
    if any(code in _CURSOR_CODES for code in codes) or is_no_mailbox(answer):
        return False
    return answer.status in {400, 404, 405, 501}


def is_throttled(answer: Answer) -> bool:
    """Whether the service asks to wait; a 503 or 504 that names a time does so too (Graph: Throttling)."""
    return answer.status == 429 or (answer.status in {503, 504} and "retry-after" in answer.headers)


def is_failed_dependency(answer: Answer) -> bool:
    """Whether a request of a chain was not carried out because one before it failed."""
    return answer.status == 424


def wait_of(answer: Answer) -> float:
    """Return the seconds of Retry-After, which may be a decimal fraction; `DEFAULT_WAIT` without a usable one."""
    try:
        seconds = float(answer.headers.get("retry-after", ""))
    except ValueError:
        return DEFAULT_WAIT
    return seconds if 0 <= seconds < 86_400 else DEFAULT_WAIT


def refused(answer: Answer, fields: Mapping[str, str]) -> Refused:
    """Return why a single write was not done.

    ``fields`` maps names of Graph's properties, in lower case, to fields of a record; a refusal that names one is
    traced to its field for the user's sake.
    """
    said = read_trouble(answer)
    detail = f"{answer.status} {said} {answer.request_id}".strip()
    why = _REFUSALS.get(answer.status, Refusal.INVALID)
    if any(code in _CONFLICT_CODES for code in said.codes):
        why = Refusal.CHANGED_MEANWHILE
    elif is_gone(answer):
        why = Refusal.GONE
    elif answer.status >= 500 and answer.status not in _REFUSALS:
        why = Refusal.UNKNOWN
    if why is Refusal.BUSY:
        return Refused(why=why, detail=detail, retry_after=wait_of(answer))
    field = ""
    if why is Refusal.INVALID:
        text = said.message.lower()
        field = next((fields[name] for name in sorted(fields, key=len, reverse=True) if name in text), "")
    return Refused(why=why, field=field, detail=detail)


_REFUSALS = {
    401: Refusal.BUSY,
    403: Refusal.READ_ONLY,
    409: Refusal.CHANGED_MEANWHILE,
    412: Refusal.CHANGED_MEANWHILE,
    413: Refusal.TOO_LARGE,
    424: Refusal.BUSY,
    429: Refusal.BUSY,
    501: Refusal.INVALID,
    507: Refusal.READ_ONLY,
    509: Refusal.BUSY,
}
