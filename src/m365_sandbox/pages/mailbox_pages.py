"""The mailboxes, and one mailbox: its folders, and the contacts of one of them."""

from typing import Any

from werkzeug.wrappers import Response

from m365_sandbox.pages.page import Page
from m365_sandbox.store.folders import FolderExistsError
from m365_sandbox.store.records import Contact, Folder, Mailbox
from m365_sandbox.wording import Said

PAGE_SIZE = 50


def mailboxes(page: Page, problem: Said | None = None) -> Response:
    """Every mailbox, and a form for a new one."""
    state = page.sandbox.state
    rows = [
        (mailbox, state.contacts.how_many(state.folders.default(mailbox.n)))
        for mailbox in state.directory.mailboxes()
    ]
    return page.show("mailboxes.html", 400 if problem else 200, rows=rows, problem=problem)


def add_mailbox(page: Page) -> Response:
    """Make a mailbox."""
    form = page.request.form
    address, name = form.get("address", "").strip(), form.get("name", "").strip()
    if "@" not in address:
        return mailboxes(page, Said("Give an e-mail address."))
    if page.sandbox.state.directory.find(address):
        return mailboxes(page, Said("There is a mailbox {address} already.", address=address))
    page.sandbox.state.add_mailbox(address, name or address)
    return page.go("mailbox", address=address)


def mailbox(page: Page, address: str, problem: Said | None = None) -> Response:
    """The folders of a mailbox, and a page of one folder's contacts or of what a search finds."""
    box = page.mailbox(address)
    folder = page.folder(box, page.request.args.get("folder", ""))
    return page.show(
        "mailbox.html", 400 if problem else 200, mailbox=box, problem=problem, **listing(page, box, folder)
    )


def listing(page: Page, box: Mailbox, folder: Folder) -> dict[str, Any]:
    """What the templates of a list need: the tree of folders, one page of contacts, the categories' colours.

    Args:
        page: `q` and `page` of its address choose words to search for, and the page.
        box: the mailbox.
        folder: whose contacts are listed when no words are searched for.
    """
    state = page.sandbox.state
    words = page.request.args.get("q", "").strip()
    found = _found(page, box, words) if words else []
    total = len(found) if words else state.contacts.how_many(folder)
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(pages, max(1, page.request.args.get("page", 1, type=int)))
    start = (number - 1) * PAGE_SIZE
    if words:
        contacts = found[start : start + PAGE_SIZE]
    else:
        contacts = state.contacts.page(folder, limit=PAGE_SIZE, offset=start, order=("displayName", False))
    categories = page.categories(box)
    return {
        "folder": folder,
        "tree": [(depth, each, state.contacts.how_many(each)) for depth, each in page.folders(box)],
        "contacts": contacts,
        "words": words,
        "number": number,
        "pages": pages,
        "total": total,
        "first": start + 1,
        "categories": categories,
        "colors": {each.name.casefold(): each.color for each in categories},
    }


def add_folder(page: Page, address: str) -> Response:
    """Make a folder below the one that the form names."""
    box = page.mailbox(address)
    name = page.request.form.get("name", "").strip()
    parent = page.folder(box, page.request.form.get("folder", ""))
    if not name or parent.kind == "deleted":
        return mailbox(page, address, Said("Give the folder a name; Deleted Items takes no folders."))
    try:
        folder = page.sandbox.state.folders.add(box.n, name, parent=parent)
    except FolderExistsError:
        return mailbox(page, address, Said("There is a folder {name} already.", name=name))
    return page.go("mailbox", address=box.address, folder=folder.id)


def _found(page: Page, box: Mailbox, words: str) -> list[Contact]:
    wanted = words.casefold().split()
    contacts = page.sandbox.state.contacts
    found = [
        contact
        for _, folder in page.folders(box)
        if folder.kind != "deleted"
        for contact in contacts.each(folder)
        if _holds(contact, wanted)
    ]
    return sorted(found, key=lambda contact: contact.properties.get("displayName", "").casefold())


def _holds(contact: Contact, words: list[str]) -> bool:
    text = " ".join(_texts(contact.properties)).casefold()
    return all(word in text for word in words)


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [str(value)]
