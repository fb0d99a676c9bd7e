"""What an endpoint is handed: the request, the mailbox it is about, and the state; and how it finds items."""

from collections.abc import Sequence
from dataclasses import dataclass

from m365_sandbox.errors import GraphError, not_found
from m365_sandbox.faults import Faults
from m365_sandbox.graph.request import GraphRequest
from m365_sandbox.readings import Readings
from m365_sandbox.state import State
from m365_sandbox.store import ids
from m365_sandbox.store.records import Contact, Folder, Mailbox, NotFoundError


@dataclass(frozen=True)
class Call:
    """One request on its way to an endpoint."""

    state: State
    faults: Faults
    request: GraphRequest
    mailbox: Mailbox

    @property
    def readings(self) -> Readings:
        """How the open points are read at this moment."""
        return self.state.readings

    @property
    def owner(self) -> str:
        """The mailbox's part of `@odata.context` and the like."""
        return f"users('{self.mailbox.id}')"

    def context(self, what: str) -> dict[str, str]:
        """The `@odata.context` of a single resource, unless the client wants no metadata."""
        if not self.request.wants_metadata:
            return {}
        return {"@odata.context": f"{self.request.root}/$metadata#{self.owner}/{what}"}

    def folder(self, path: Sequence[str] = ()) -> Folder:
        """The folder at the end of a path of ids, each the parent of the next; the default folder for none.

        Raises:
            GraphError: 400 for what cannot be an id, 404 for what is not there.
        """
        if not path:
            return self.state.folders.default(self.mailbox.n)
        found: Folder | None = None
        for folder_id in path:
            child = self._one_folder(folder_id)
            if found is not None and child.parent != found.n:
                raise not_found()
            found = child
        if found is None or found.kind not in {"contacts", "folder"}:
            raise not_found()
        return found

    def _one_folder(self, folder_id: str) -> Folder:
        if self.readings.default_folder_alias and folder_id.lower() == "contacts":
            return self.state.folders.default(self.mailbox.n)
        _refuse_malformed(folder_id)
        try:
            return self.state.folders.get(self.mailbox.n, folder_id)
        except NotFoundError:
            raise not_found() from None

    def contact(self, contact_id: str, path: Sequence[str] = ()) -> Contact:
        """The contact with this id, in either form; when a path of folders is given, it must lie there.

        A deleted contact lies in Deleted Items: under `contacts` it is not found any more (a reading; see
        `Readings.deleted_still_found`).

        Raises:
            GraphError: 400 for what cannot be an id, 404 for what is not there.
        """
        _refuse_malformed(contact_id)
        found = self.state.contacts.find(self.mailbox.n, contact_id)
        if found is None or (path and found.folder != self.folder(path).n):
            raise not_found()
        immutable = contact_id == found.immutable_id
        if not self.readings.both_id_forms and immutable != self.request.wants_immutable_ids:
            raise not_found()
        folder = self.state.folders.by_number(found.folder)
        if folder.kind == "deleted" and not self.readings.deleted_still_found:
            raise not_found()
        if self.state.folders.is_deleted(folder):
            raise not_found()
        return found

    def shown_id(self, item: Contact) -> str:
        """The item's id in the form that the request asked for."""
        return item.immutable_id if self.request.wants_immutable_ids else item.id


def _refuse_malformed(identifier: str) -> None:
    if not ids.is_well_formed(identifier):
        raise GraphError(400, "ErrorInvalidIdMalformed", "Id is malformed.")
