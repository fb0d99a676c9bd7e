"""A user with records, a mailbox in memory, and runs between the two over the real database."""

from collections.abc import Callable, Collection

from crmcorner.accounts.actor import COMMAND, Actor
from crmcorner.accounts.models import User
from crmcorner.items.changes import ItemId
from crmcorner.items.records import CATEGORY, Contact, Kind
from crmcorner.mailbox.memory import MemoryMailbox
from crmcorner.outlook.models import Connection, OutlookLink, Run
from crmcorner.outlook.models.run import Trigger
from crmcorner.outlook.services import connections, figures, performing, runs
from crmcorner.people.contact_mapping import load
from crmcorner.people.services.contacts import ContactWrite, save_contacts
from crmcorner.preferences.services import settings
from crmcorner.sync.report import Figures
from crmcorner.sync.state import CrmId

TAGGED = (CATEGORY,)

JAN = Contact(given_name="Jan", name_prefix="van der", surname="Berg", emails=("jan@berg.example",))
PIET = Contact(given_name="Piet", surname="Smit", company="Smit B.V.", emails=("piet@smit.example",))

SECRETS = {"tenant": "t", "client_id": "c", "client_secret": "only-for-tests"}


def a_user(name: str, *, role: str = "user") -> User:
    """Return a user who may sign in."""
    return User.objects.create(username=name, full_name=name.title(), role=role)


class World:
    """Michael, his records and his Outlook."""

    def __init__(
        self, name: str = "michael", mailbox: MemoryMailbox | None = None, kinds: str = "Contacts"
    ) -> None:
        self.user = a_user(name, role="administrator")
        self.actor = Actor(user=self.user)
        self.outlook = mailbox or MemoryMailbox()
        settings.add_setting(actor=COMMAND, type_name="Outlook_SyncFolders", value=kinds, user=self.user)
        self.connection = connections.create_connection(
            actor=COMMAND,
            user=self.user,
            coupling=connections.Coupling(address=f"{name}@firm.example", credentials=SECRETS),
        )

    def adds(self, *contacts: Contact, owner: User | None = None) -> list[CrmId]:
        """Let the user add records that he owns (or another)."""
        writes = [ContactWrite(contact=each, owner=owner or self.user, sets_owner=True) for each in contacts]
        return [saved.crm_id for saved in save_contacts(actor=self.actor, writes=writes) if saved]

    def changes(self, crm_id: CrmId, **values: object) -> None:
        """Let a user change fields of a record."""
        write = ContactWrite(contact=Contact(**values), fields=frozenset(values), crm_id=crm_id)  # type: ignore[arg-type]
        assert save_contacts(actor=self.actor, writes=[write]) != [None]

    def start(self, kinds: Collection[Kind] | None = None) -> Run:
        """Queue a run."""
        return runs.start_run(actor=self.actor, user=self.user, trigger=Trigger.COMMAND, kinds=kinds)

    def run(
        self, *, before: Callable[[Run], None] | None = None, kinds: Collection[Kind] | None = None
    ) -> Run:
        """Run once; return the run as it ended."""
        run = self.start(kinds)
        if before:
            before(run)
        performing.perform_run(run.pk, self.outlook)
        run.refresh_from_db()
        return run

    def figures(self, kind: Kind = Kind.CONTACTS) -> Figures:
        """Run once; return the figures of a kind."""
        run = self.run()
        assert run.state == "done", (run.state, run.problem, run.problem_detail)
        return figures.figures_of(run)[kind]

    def link(self, crm_id: CrmId) -> OutlookLink:
        """Return a record's link."""
        return OutlookLink.objects.get(connection=self.connection, crm_id=crm_id)

    def in_outlook(self, crm_id: CrmId) -> Contact:
        """Return a record's contact in Outlook."""
        return self.outlook.items[self.link(crm_id).item_id].contact

    def in_crm(self, item_id: ItemId) -> Contact:
        """Return an item's contact in the CRM."""
        return contact(OutlookLink.objects.get(connection=self.connection, item_id=item_id).crm_id)

    def reread(self) -> Connection:
        """Return the connection as it is stored."""
        return Connection.objects.select_related("user").get(pk=self.connection.pk)


def contact(crm_id: CrmId) -> Contact:
    """Return a record of the CRM as it is stored."""
    return load([crm_id])[crm_id].contact
