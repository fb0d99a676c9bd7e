"""What was asked of the sandbox, and trouble on order: the same as under `/_sandbox/`, for people."""

from dataclasses import asdict, fields
from typing import get_args

from werkzeug.wrappers import Response

from m365_sandbox.admin import ACTIONS
from m365_sandbox.faults import Kind, Latency, Mischief
from m365_sandbox.pages.page import Page
from m365_sandbox.store.records import NotFoundError
from m365_sandbox.wording import Said

_SHOWN = 200
_SIMPLE = ("expire_tokens", "revoke_refresh_tokens", "expire_cursors", "withdraw_consent", "give_consent")


def requests(page: Page) -> Response:
    """The last requests, newest first, and how many there were of each kind."""
    entries = page.sandbox.log.entries()
    return page.show(
        "requests.html",
        counts=page.sandbox.log.counts(),
        entries=entries[: -_SHOWN - 1 : -1],
        more=max(0, len(entries) - _SHOWN),
    )


def reset(page: Page) -> Response:
    """Forget the requests."""
    page.sandbox.log.reset()
    return page.go("requests")


def mischief(page: Page, problem: Said | None = None) -> Response:
    """The switches."""
    faults = page.sandbox.faults
    return page.show(
        "mischief.html",
        400 if problem else 200,
        mischief=asdict(faults.mischief),
        latency=asdict(faults.latency),
        faults=faults.rules,
        kinds=get_args(Kind),
        actions=_SIMPLE,
        mailboxes=page.sandbox.state.directory.mailboxes(),
        problem=problem,
    )


def set_mischief(page: Page) -> Response:
    """Set every switch as the form says."""
    form = page.request.form
    try:
        wanted = {
            each.name: form.get(each.name) == "on"
            if each.type is bool
            else max(0, int(form.get(each.name) or 0))
            for each in fields(Mischief)
        }
        latency = Latency(float(form.get("http") or 0), float(form.get("service") or 0))
    except ValueError as error:
        return mischief(page, _not_possible(error))
    page.sandbox.faults.mischief = Mischief(**wanted)  # type: ignore[arg-type]
    page.sandbox.faults.latency = latency
    return page.go("mischief")


def add_fault(page: Page) -> Response:
    """Order a fault."""
    form = page.request.form
    kind = next((each for each in get_args(Kind) if each == form.get("kind")), None)
    if kind is None:
        return mischief(page, Said("Choose a kind of fault."))
    try:
        retry = form.get("retry_after", "").strip()
        page.sandbox.faults.add(
            kind,
            method=form.get("method", "").strip() or None,
            path=form.get("path", "").strip() or None,
            skip=int(form.get("skip") or 0),
            every=int(form.get("every") or 1),
            times=int(form.get("times") or 1),
            retry_after=float(retry) if retry else None,
        )
    except ValueError as error:
        return mischief(page, _not_possible(error))
    return page.go("mischief")


def clear(page: Page) -> Response:
    """No more trouble."""
    page.sandbox.faults.clear()
    return page.go("mischief")


def act(page: Page) -> Response:
    """Do one of the things that happen to a mailbox from outside."""
    form = page.request.form
    name = form.get("action", "")
    if name not in _SIMPLE:
        return mischief(page, Said("Choose what is to happen."))
    try:
        ACTIONS[name](page.sandbox, {"mailbox": form.get("mailbox", "")})
    except NotFoundError as error:
        return mischief(page, _not_possible(error))
    return page.go("mischief")


def _not_possible(error: Exception) -> Said:
    return Said("That is not possible: {why}", why=str(error))
