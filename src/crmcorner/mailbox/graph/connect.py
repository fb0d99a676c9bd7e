"""Opening a mailbox over Graph: the parts put together."""

import ssl
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

import httpx2

from crmcorner.mailbox.graph.budget import Budget
from crmcorner.mailbox.graph.client import GraphClient
from crmcorner.mailbox.graph.mailbox import GraphMailbox
from crmcorner.mailbox.graph.tokens import TokenEndpoint, Tokens, by_application, by_user

_TIMES = httpx2.Timeout(60, connect=10)


def _now() -> datetime:
    return datetime.now(UTC)


@lru_cache(maxsize=1)
def _shared_certificates() -> ssl.SSLContext:
    return httpx2.create_ssl_context()


def _certificates() -> ssl.SSLContext:
    """The system's certificates; loading them costs more than a whole run without changes.

    On Linux they are loaded once. Elsewhere the library behind them alters the object during a handshake, so that
    threads must not share it.
    """
    return _shared_certificates() if sys.platform == "linux" else httpx2.create_ssl_context()


def _unsaved(_refresh_token: str) -> None:
    """For a caller that has no place for it; the old refresh token stays good until its own end."""


def open_graph_mailbox(
    *,
    base_url: str,
    login_url: str,
    tenant: str,
    client_id: str,
    secret: str,
    mailbox_address: str,
    country: str,
    language: str = "nl",
    zone: str = "UTC",
    all_task_lists: bool = False,
    refresh_token: str = "",
    save_refresh_token: Callable[[str], None] = _unsaved,
    transport: httpx2.BaseTransport | None = None,
    clock: Callable[[], datetime] = _now,
    sleep: Callable[[float], None] = time.sleep,
    budget: Budget | None = None,
    read_before_write: bool = False,
) -> GraphMailbox:
    """Return a mailbox; nothing is sent before the first use. The caller closes it.

    Args:
        base_url: ``https://graph.microsoft.com/v1.0``, or that of a national cloud or sandbox.
        login_url: ``https://login.microsoftonline.com``, likewise.
        tenant: the directory's id, or a domain of it.
        client_id: the application's id.
        secret: its secret.
        mailbox_address: whose mailbox.
        country: the firm's (ISO 3166).
        language: in which names of countries are written, ``nl`` or ``en``.
        zone: the one in which the mailbox's user lives (an IANA name): days of tasks are days there.
        all_task_lists: R50: whether the tasks of every list are read, or those of the default one.
        refresh_token: the user's; without one the application signs in by itself.
        save_refresh_token: is handed each new refresh token, to keep it encrypted.
        transport: replaces the network.
        clock: tells the present as an aware datetime.
        sleep: waits so many seconds; never more than two at a time.
        budget: the mailbox's quota, if several runs share it.
        read_before_write: see `GraphMailbox`.
    """
    verify = True if transport else _certificates()
    http = httpx2.Client(transport=transport, verify=verify, timeout=_TIMES, follow_redirects=False)
    endpoint = TokenEndpoint(http, login_url=login_url, tenant=tenant, client_id=client_id, secret=secret)
    if refresh_token:
        ask = by_user(endpoint, refresh_token=refresh_token, save=save_refresh_token)
    else:
        origin = httpx2.URL(base_url)
        ask = by_application(endpoint, scope=f"{origin.scheme}://{origin.netloc.decode()}/.default")
    client = GraphClient(
        http, Tokens(ask, clock), base_url=base_url, budget=budget or Budget(clock), sleep=sleep
    )
    return GraphMailbox(
        client,
        user=mailbox_address,
        country=country,
        language=language,
        zone=zone,
        all_task_lists=all_task_lists,
        read_before_write=read_before_write,
    )
