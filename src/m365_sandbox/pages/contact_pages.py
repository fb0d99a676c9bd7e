"""One contact: card, form, picture; and what can be done to one or to many at once."""

from collections.abc import Mapping

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from m365_sandbox.pages.fields import GROUPS, LABELS_BESIDE, PARTS, changes, written
from m365_sandbox.pages.mailbox_pages import listing
from m365_sandbox.pages.page import CRMCORNER, Page
from m365_sandbox.state import ContactRefusedError
from m365_sandbox.store.categories import CategoryExistsError
from m365_sandbox.store.records import Contact, Mailbox
from m365_sandbox.wording import Said

_PICTURES = {"image/jpeg", "image/png", "image/gif", "image/bmp"}


def contact(page: Page, address: str, contact_id: str) -> Response:
    """All that a contact holds, beside the list that the reader comes from."""
    box = page.mailbox(address)
    found = page.contact(box, contact_id)
    state = page.sandbox.state
    return page.show(
        "contact.html",
        mailbox=box,
        contact=found,
        folders=[(depth, each) for depth, each in page.folders(box) if each.kind != "deleted"],
        groups=GROUPS,
        parts=PARTS,
        labels=LABELS_BESIDE,
        values=written(found.properties),
        has_photo=state.attached.photo(found) is not None,
        beside=state.attached.all_extended(found),
        extensions=state.attached.extensions(found),
        **listing(page, box, state.folders.by_number(found.folder)),
    )


def photo(page: Page, address: str, contact_id: str) -> Response:
    """The picture of a contact."""
    found = page.sandbox.state.attached.photo(page.contact(page.mailbox(address), contact_id))
    if found is None:
        raise NotFound
    kind = found.content_type if found.content_type in _PICTURES else "application/octet-stream"
    return Response(found.content, content_type=kind)


def new(page: Page, address: str) -> Response:
    """An empty form."""
    return _form(page, page.mailbox(address), None, written({}))


def add(page: Page, address: str) -> Response:
    """Store a new contact in the folder that the form was opened from."""
    box = page.mailbox(address)
    folder = page.folder(box, page.request.form.get("folder", ""))
    wanted = changes(page.request.form, {})
    if not wanted:
        return _form(page, box, None, written({}), Said("Fill in at least one field."))
    if folder.kind == "deleted":
        folder = page.sandbox.state.folders.default(box.n)
    try:
        made = page.sandbox.state.add_contact(box.address, wanted, folder)
    except ContactRefusedError as refusal:
        return _form(page, box, None, _filled(page), _refused(refusal))
    return page.go("contact", address=box.address, contact_id=made.immutable_id)


def edit(page: Page, address: str, contact_id: str) -> Response:
    """The form with what the contact holds."""
    box = page.mailbox(address)
    found = page.contact(box, contact_id)
    return _form(page, box, found, written(found.properties))


def save(page: Page, address: str, contact_id: str) -> Response:
    """Store what the form changes; nothing else of the contact is touched."""
    box = page.mailbox(address)
    found = page.contact(box, contact_id)
    wanted = changes(page.request.form, found.properties)
    if wanted:
        try:
            page.sandbox.state.update_contact(box.address, found, wanted)
        except ContactRefusedError as refusal:
            return _form(page, box, found, _filled(page), _refused(refusal))
    return page.go("contact", address=box.address, contact_id=found.immutable_id, **page.place)


def delete(page: Page, address: str, contact_id: str) -> Response:
    """Move a contact to Deleted Items; from there, delete it for ever."""
    box = page.mailbox(address)
    found = page.contact(box, contact_id)
    page.sandbox.state.contacts.delete(box.n, found)
    return page.go("mailbox", address=box.address, folder=found.folder_id, **page.place)


def restore(page: Page, address: str, contact_id: str) -> Response:
    """Bring a contact back from Deleted Items to the folder that it came from."""
    box = page.mailbox(address)
    found = page.sandbox.state.contacts.restore(box.n, page.contact(box, contact_id))
    return page.go("contact", address=box.address, contact_id=found.immutable_id, **page.place)


def delete_many(page: Page, address: str) -> Response:
    """Move the ticked contacts to Deleted Items, or out of it for ever."""
    box = page.mailbox(address)
    with page.sandbox.state.transaction():
        for found in _ticked(page, box):
            page.sandbox.state.contacts.delete(box.n, found)
    return _back(page, box)


def move(page: Page, address: str) -> Response:
    """Put the ticked contacts in another folder."""
    box = page.mailbox(address)
    folder = page.folder(box, page.request.form.get("to", ""))
    with page.sandbox.state.transaction():
        for found in _ticked(page, box):
            page.sandbox.state.contacts.move(box.n, found, folder)
    return _back(page, box)


def categorise(page: Page, address: str) -> Response:
    """Put a category on the ticked contacts, or take it off; a new one joins the mailbox's list."""
    box = page.mailbox(address)
    form = page.request.form
    name = form.get("category", "").strip()
    off = form.get("action") == "remove"
    state = page.sandbox.state
    with state.transaction():
        if name and not off:
            ensure_category(page, box, name)
        for found in _ticked(page, box) if name else []:
            has = [str(each) for each in found.properties.get("categories", [])]
            others = [each for each in has if each.casefold() != name.casefold()]
            wanted = others if off else has if len(others) < len(has) else [*has, name]
            if wanted != has:
                state.update_contact(box.address, found, {"categories": wanted})
    return _back(page, box)


def ensure_category(page: Page, box: Mailbox, name: str) -> None:
    """See to it that a category stands in the mailbox's list."""
    color = "preset7" if name == CRMCORNER else "none"
    try:
        page.sandbox.state.categories.add(box.n, name, color)
    except CategoryExistsError:
        pass  # as wanted


def _ticked(page: Page, box: Mailbox) -> list[Contact]:
    found = (page.sandbox.state.contacts.find(box.n, each) for each in page.request.form.getlist("ids"))
    return [each for each in found if each is not None]


def _back(page: Page, box: Mailbox) -> Response:
    """To the list, or to the card if the form stood there."""
    form = page.request.form
    card = form.get("card", "")
    if card and page.sandbox.state.contacts.find(box.n, card):
        return page.go("contact", address=box.address, contact_id=card, **page.place)
    return page.go(
        "mailbox",
        address=box.address,
        folder=form.get("folder") or None,
        q=form.get("q") or None,
        page=form.get("page") or None,
    )


def _form(
    page: Page, box: Mailbox, found: Contact | None, values: Mapping[str, str], problem: Said | None = None
) -> Response:
    return page.show(
        "edit.html",
        400 if problem else 200,
        mailbox=box,
        contact=found,
        groups=GROUPS,
        parts=PARTS,
        values=values,
        folder=page.request.values.get("folder", ""),
        problem=problem,
    )


def _filled(page: Page) -> dict[str, str]:
    return {**written({}), **page.request.form.to_dict()}


def _refused(refusal: ContactRefusedError) -> Said:
    return Said("Outlook does not take it: {why}", why=str(refusal))
