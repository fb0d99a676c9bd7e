"""The sandbox with its pages: `create_site(state)` is what `m365-sandbox serve` serves.

/                                               mailboxes; POST makes one
/mailboxes/ADDRESS                              contacts: ?folder=ID&q=WORDS&page=N
/mailboxes/ADDRESS/new                          a new contact; POST stores it
/mailboxes/ADDRESS/import                       upload of vCard and CSV files
/mailboxes/ADDRESS/folders                      POST makes a folder
/mailboxes/ADDRESS/categorise, move, delete     POST ids=…&ids=… with category and action (add, remove), or folder
/mailboxes/ADDRESS/contacts/ID                  a contact; …/edit, …/photo; POST …/delete, …/restore
/mailboxes/ADDRESS/calendar                     a week of the agenda: ?week=DAY&calendar=ID; …/new
/mailboxes/ADDRESS/events/ID                    an event; …/edit; POST …/private, …/delete, …/restore
/mailboxes/ADDRESS/tasks                        lists and tasks: ?list=ID; …/new; POST …/lists, …/lists/delete
/mailboxes/ADDRESS/tasks/ID                     a task; …/edit; POST …/tick, …/move, …/delete
/mailboxes/ADDRESS/mail                         mail: ?folder=ID&q=WORDS&page=N; …/receive lets one come in
/mailboxes/ADDRESS/mail/ID                      a message; …/source, …/attachments/ID; POST …/private
/mailboxes/ADDRESS/mail-categorise, -move, -delete, -restore, -read    POST ids=…&ids=…
/requests                                       what was asked of Graph; POST …/reset forgets it
/mischief                                       trouble on order; POST
/readings                                       the points that are left open; POST
"""

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from importlib import resources
from typing import TYPE_CHECKING

from werkzeug.exceptions import Forbidden, HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from m365_sandbox.app import Sandbox, create_app
from m365_sandbox.pages import (
    agenda_pages,
    contact_pages,
    mail_pages,
    mailbox_pages,
    reading_pages,
    task_pages,
    trouble_pages,
    upload_page,
)
from m365_sandbox.pages.page import LANGUAGES, Page
from m365_sandbox.state import State
from m365_sandbox.wording import Said

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Vary": "Accept-Language",
}


def _style(_: Page) -> Response:
    css = resources.files(__package__).joinpath("static", "style.css").read_text(encoding="utf-8")
    return Response(css, content_type="text/css; charset=utf-8")


def _no_icon(_: Page) -> Response:
    return Response(status=204)


_BOX = "/mailboxes/<address>"
_VIEWS: tuple[tuple[str, str, str, Callable[..., Response]], ...] = (
    ("GET", "/", "mailboxes", mailbox_pages.mailboxes),
    ("POST", "/", "add-mailbox", mailbox_pages.add_mailbox),
    ("GET", "/style.css", "style", _style),
    ("GET", "/favicon.ico", "icon", _no_icon),
    ("GET", _BOX, "mailbox", mailbox_pages.mailbox),
    ("POST", f"{_BOX}/folders", "add-folder", mailbox_pages.add_folder),
    ("GET", f"{_BOX}/new", "new", contact_pages.new),
    ("POST", f"{_BOX}/new", "add", contact_pages.add),
    ("POST", f"{_BOX}/categorise", "categorise", contact_pages.categorise),
    ("POST", f"{_BOX}/move", "move", contact_pages.move),
    ("POST", f"{_BOX}/delete", "delete-many", contact_pages.delete_many),
    ("GET", f"{_BOX}/contacts/<contact_id>", "contact", contact_pages.contact),
    ("GET", f"{_BOX}/contacts/<contact_id>/photo", "photo", contact_pages.photo),
    ("GET", f"{_BOX}/contacts/<contact_id>/edit", "edit", contact_pages.edit),
    ("POST", f"{_BOX}/contacts/<contact_id>/edit", "save", contact_pages.save),
    ("POST", f"{_BOX}/contacts/<contact_id>/delete", "delete", contact_pages.delete),
    ("POST", f"{_BOX}/contacts/<contact_id>/restore", "restore", contact_pages.restore),
    *agenda_pages.VIEWS,
    *task_pages.VIEWS,
    *mail_pages.VIEWS,
    ("GET", f"{_BOX}/import", "upload", upload_page.form),
    ("POST", f"{_BOX}/import", "take-in", upload_page.take_in),
    ("GET", "/requests", "requests", trouble_pages.requests),
    ("POST", "/requests/reset", "reset", trouble_pages.reset),
    ("GET", "/mischief", "mischief", trouble_pages.mischief),
    ("POST", "/mischief", "set-mischief", trouble_pages.set_mischief),
    ("POST", "/mischief/fault", "add-fault", trouble_pages.add_fault),
    ("POST", "/mischief/clear", "clear", trouble_pages.clear),
    ("POST", "/mischief/action", "act", trouble_pages.act),
    ("GET", "/readings", "readings", reading_pages.readings),
    ("POST", "/readings", "set-readings", reading_pages.set_readings),
)
_RULES = Map(
    [Rule(path, endpoint=name, methods=[method]) for method, path, name, _ in _VIEWS], strict_slashes=False
)
_BY_NAME = {name: view for _, _, name, view in _VIEWS}


class Site:
    """The WSGI application of the pages; `sandbox` is what they show."""

    def __init__(self) -> None:
        self.sandbox: Sandbox | None = None

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """WSGI."""
        if self.sandbox is None:
            raise RuntimeError("The pages belong to no sandbox: create_site makes both.")
        request = Request(environ)
        language = request.accept_languages.best_match(LANGUAGES, "en") or "en"
        page = Page(self.sandbox, request, _RULES.bind_to_environ(environ), language)
        try:
            _refuse_other_sites(request)
            name, values = page.addresses.match()
            response = _BY_NAME[name](page, **values)
        except NotFound:
            response = page.show(
                "problem.html",
                404,
                problem=Said("There is nothing at this address; it may have been deleted or moved."),
            )
        except Forbidden:
            response = page.show(
                "problem.html",
                403,
                problem=Said("This form was sent from another site, so nothing was changed."),
            )
        except HTTPException as error:
            response = Response.force_type(error.get_response(environ), environ)
        finally:
            request.close()  # uploads lie in temporary files
        for header, value in _HEADERS.items():
            response.headers.setdefault(header, value)
        return response(environ, start_response)


def create_site(
    state: State,
    *,
    clock: Callable[[], datetime] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Sandbox:
    """The sandbox with its pages at every address that is not Graph's, Entra's or its own door's.

    Args:
        state: the mailboxes.
        clock: for limits and the log; the state's own when None.
        sleep: waits so many seconds (latency).
    """
    site = Site()
    sandbox = create_app(state, clock=clock, sleep=sleep, pages=site)
    site.sandbox = sandbox
    return sandbox


def _refuse_other_sites(request: Request) -> None:
    """A form on somebody else's page must not change a mailbox: browsers say where a POST comes from.

    Raises:
        Forbidden: when they say that it is another site.
    """
    if request.method in {"GET", "HEAD"}:
        return
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"{request.scheme}://{request.host}":
        raise Forbidden
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise Forbidden
