"""What every page is made with: the request, the sandbox behind it, its language, its addresses."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, select_autoescape
from werkzeug.exceptions import NotFound
from werkzeug.routing import MapAdapter
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from m365_sandbox.pages.dutch import DUTCH
from m365_sandbox.store.records import Category, Contact, Folder, Mailbox, NotFoundError
from m365_sandbox.wording import Said

if TYPE_CHECKING:
    from m365_sandbox.app import Sandbox

LANGUAGES = ("en", "nl")
CRMCORNER = "CRMcorner"


@dataclass(frozen=True)
class Page:
    """A request for a page."""

    sandbox: "Sandbox"
    request: Request
    addresses: MapAdapter
    language: str

    def show(self, template: str, status: int = 200, **values: object) -> Response:
        """The page that a template makes of these values."""
        text = _ENVIRONMENTS[self.language].get_template(template)
        html = text.render(
            page=self, url=self.url, language=self.language, here=self.request.full_path.rstrip("?"), **values
        )
        return Response(html, status=status, content_type="text/html; charset=utf-8")

    def url(self, name: str, **values: object) -> str:
        """The address of a page; values that it has no place for become its query, None is left out."""
        return self.addresses.build(name, values)

    def go(self, name: str, **values: object) -> Response:
        """Send the browser to another page after a change."""
        return redirect(self.url(name, **values), 303)

    @property
    def place(self) -> dict[str, str]:
        """Which list the reader comes from, as far as addresses carry it along: `q` and `page`."""
        given = self.request.args
        return {name: given[name] for name in ("q", "page") if given.get(name)}

    def say(self, said: Said) -> str:
        """A sentence in the reader's language."""
        return said.through(gettext_in(self.language))

    def mailbox(self, address: str) -> Mailbox:
        """The mailbox in an address.

        Raises:
            NotFound: when there is none.
        """
        found = self.sandbox.state.directory.find(address)
        if found is None:
            raise NotFound
        return found

    def contact(self, mailbox: Mailbox, contact_id: str) -> Contact:
        """The contact in an address.

        Raises:
            NotFound: when there is none.
        """
        found = self.sandbox.state.contacts.find(mailbox.n, contact_id)
        if found is None:
            raise NotFound
        return found

    def folder(self, mailbox: Mailbox, folder_id: str) -> Folder:
        """The folder with an id, Contacts when it is empty.

        Raises:
            NotFound: when there is none.
        """
        folders = self.sandbox.state.folders
        try:
            return folders.get(mailbox.n, folder_id) if folder_id else folders.default(mailbox.n)
        except NotFoundError:
            raise NotFound from None

    def folders(self, mailbox: Mailbox) -> list[tuple[int, Folder]]:
        """Contacts, the folders below it, and Deleted Items, each with how deep it lies."""
        store = self.sandbox.state.folders
        found: list[tuple[int, Folder]] = []

        def walk(folder: Folder, depth: int) -> None:
            found.append((depth, folder))
            for child in store.children(folder):
                walk(child, depth + 1)

        walk(store.default(mailbox.n), 0)
        walk(store.deleted_items(mailbox.n), 0)
        return found

    def categories(self, mailbox: Mailbox) -> list[Category]:
        """The mailbox's list of categories, CRMcorner in it even before anybody made it."""
        known = self.sandbox.state.categories.all(mailbox.n)
        if all(each.name.casefold() != CRMCORNER.casefold() for each in known):
            known.append(Category("", CRMCORNER, "preset7"))
        return known


def gettext_in(language: str) -> Callable[[str], str]:
    """The function that translates the source's English."""
    return (lambda text: DUTCH.get(text, text)) if language == "nl" else str


def _environment(language: str) -> Environment:
    gettext = gettext_in(language)
    environment = Environment(
        loader=PackageLoader("m365_sandbox.pages"),
        autoescape=select_autoescape(default=True),
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, lambda one, several, n: gettext(one if n == 1 else several), newstyle=True
    )
    return environment


_ENVIRONMENTS = {language: _environment(language) for language in LANGUAGES}
