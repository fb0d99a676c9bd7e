"""The firm whose synchronisations are killed: one user with a mailbox for each kill."""

import json

import httpx2
from django.db import connection as database

from crmcorner.accounts.actor import COMMAND, Actor
from crmcorner.accounts.models import User
from crmcorner.items.records import Contact, Kind
from crmcorner.mailbox.graph import open_graph_mailbox
from crmcorner.mailbox.graph.mailbox import GraphMailbox
from crmcorner.outlook.models import Connection, OpenIntent, OutlookLink, Run
from crmcorner.outlook.models.run import Trigger
from crmcorner.outlook.services import connections, figures, performing, runs
from crmcorner.people.models import Person
from crmcorner.people.services.contacts import ContactWrite, save_contacts
from crmcorner.preferences.services import settings
from m365_sandbox.store.directory import CLIENT_ID, CLIENT_SECRET, TENANT_ID
from tests.outlook.killed import Killer, KillingTransport

OWN = 5
"""Records that each user has before his first run."""


def a_firm(number: int, own: int = OWN) -> None:
    """Make the user of this number, with a mailbox and so many records."""
    user = User.objects.create(username=f"m{number}", full_name=f"M {number}")
    settings.add_setting(actor=COMMAND, type_name="Outlook_SyncFolders", value="Contacts", user=user)
    secrets = {"tenant": TENANT_ID, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    connections.create_connection(
        actor=COMMAND,
        user=user,
        coupling=connections.Coupling(address=f"m{number}@firm.example", credentials=secrets),
    )
    contacts = [
        Contact(given_name=f"Own{each}", surname=f"Of{number}", emails=(f"own{each}@of{number}.example",))
        for each in range(own)
    ]
    save_contacts(actor=Actor(user=user), writes=[ContactWrite(contact=each) for each in contacts])


def mailbox(number: int, sandbox: str, transport: httpx2.BaseTransport) -> GraphMailbox:
    """Open the mailbox of this number."""
    return open_graph_mailbox(
        base_url=f"{sandbox}/v1.0",
        login_url=sandbox,
        tenant=TENANT_ID,
        client_id=CLIENT_ID,
        secret=CLIENT_SECRET,
        mailbox_address=f"m{number}@firm.example",
        country="NL",
        transport=transport,
    )


def one_run(number: int, sandbox: str, killer: Killer) -> None:
    """Synchronise, until killed."""
    opened = mailbox(number, sandbox, KillingTransport(killer))
    with database.execute_wrapper(killer.statement):
        _run(number, opened)


def tell(number: int, sandbox: str, *, killed: bool) -> None:
    """Synchronise twice and print what there is then."""
    opened = mailbox(number, sandbox, httpx2.HTTPTransport())
    done = [_run(number, opened) for _time in range(2)]
    mine = Connection.objects.get(user__username=f"m{number}")
    shown = figures.figures_of(done[-1])[Kind.CONTACTS]
    print(  # noqa: T201 - this is what it is for
        json.dumps(
            {
                "number": number,
                "killed": killed,
                "ended": [run.state for run in done],
                "live": Run.objects.filter(connection=mine, state__in=runs.LIVE).count(),
                "looked_at": shown.looked_at,
                "changed": shown.changed,
                "errors": shown.errors,
                "intents": OpenIntent.objects.filter(connection=mine).count(),
                "links": OutlookLink.objects.filter(connection=mine, status="active").count(),
                "persons": sorted(
                    Person.objects.filter(owner=mine.user).values_list("given_name", flat=True)
                ),
            }
        )
    )


def plain_run(number: int, sandbox: str) -> Run:
    """Synchronise as any worker would."""
    return _run(number, mailbox(number, sandbox, httpx2.HTTPTransport()))


def _run(number: int, opened: GraphMailbox) -> Run:
    user = User.objects.get(username=f"m{number}")
    run = runs.start_run(actor=Actor(user=user), user=user, trigger=Trigger.COMMAND)
    performing.perform_run(run.pk, opened)
    run.refresh_from_db()
    return run
