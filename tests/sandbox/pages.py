"""A browser without a window for the sandbox's pages."""

import re
from collections.abc import Mapping
from typing import Any

from werkzeug.test import Client, TestResponse

from m365_sandbox.pages.site import create_site
from m365_sandbox.state import State
from m365_sandbox.store.records import Contact
from tests.sandbox.conftest import ADDRESS, Clock

BOX = f"/mailboxes/{ADDRESS}"


class Browser:
    """Opens pages of the sandbox and sends their forms; `state` is what lies behind."""

    def __init__(self, state: State, clock: Clock) -> None:
        self.state = state
        self.sandbox = create_site(state, sleep=clock.sleep)
        self._client = Client(self.sandbox)

    def open(self, path: str, **headers: str) -> TestResponse:
        """A page."""
        return self._client.get(path, headers=headers)

    def send(self, path: str, data: Mapping[str, Any] | None = None, **headers: str) -> TestResponse:
        """A form, as a page of the same site sends it; what it leads to is opened."""
        return self._client.post(
            path, data=data or {}, headers={"Origin": "http://localhost", **headers}, follow_redirects=True
        )

    def add(self, **properties: Any) -> Contact:
        """A contact in Anna's mailbox."""
        return self.state.add_contact(ADDRESS, properties)

    def contact(self, contact: Contact) -> Contact:
        """The contact as it is now."""
        return self.state.contacts.get(self.state.directory.get(ADDRESS).n, contact.immutable_id)


def names(answer: TestResponse) -> list[str]:
    """The names in a list of contacts, in its order."""
    return re.findall(r'<td><a href="[^"]*/contacts/[^"]*">([^<]*)</a></td>', answer.text)


def card(contact: Contact, *more: str) -> str:
    """The path of a contact's page."""
    return "/".join([BOX, "contacts", contact.immutable_id, *more])
