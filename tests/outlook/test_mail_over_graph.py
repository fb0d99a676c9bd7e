"""Mail marked in Outlook, filed by whole runs over Graph: the sandbox on one side, the real database on the other."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from crmcorner.items.records import Kind
from crmcorner.mail.models import Message
from crmcorner.mailbox.graph.mailbox import GraphMailbox
from crmcorner.outlook.models import Run, RunKind
from crmcorner.outlook.services import figures, performing
from crmcorner.people.models import Person
from crmcorner.sync.report import Figures
from m365_sandbox.store.mail_records import Message as Stored
from tests.mailbox.graph_world import ADDRESS, GraphWorld, graph_world
from tests.outlook.world import JAN, World

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@dataclass
class Office:
    """Michael, who knows Jan, and his mailbox in the sandbox."""

    world: World
    graph: GraphWorld

    def run(self) -> Run:
        """Bring mail in step once."""
        run = self.world.start({Kind.MAIL})
        performing.perform_run(run.pk, self.graph.mailbox)
        run.refresh_from_db()
        assert run.state == "done", (run.state, run.problem, run.problem_detail)
        return run

    def figures(self) -> Figures:
        """Do so, and return the figures."""
        return figures.figures_of(self.run())[Kind.MAIL]

    def receive(
        self,
        number: int,
        sender: str = "jan@berg.example",
        *categories: str,
        folder: str = "inbox",
        sensitivity: int = 0,
    ) -> Stored:
        """Let a mail arrive, marked unless told otherwise; the higher its number, the later."""
        source = EmailMessage()
        source["From"], source["To"] = sender, ADDRESS
        source["Subject"], source["Message-ID"] = f"Mail {number}", f"<{number}@x.example>"
        source.set_content("Hallo")
        moment = (NOON + timedelta(minutes=number)).isoformat()
        properties: dict[str, Any] = {
            "subject": f"Mail {number}",
            "internetMessageId": f"<{number}@x.example>",
            "from": {"emailAddress": {"address": sender}},
            "toRecipients": [{"emailAddress": {"address": ADDRESS}}],
            "receivedDateTime": moment,
            "sentDateTime": moment,
            "categories": list(categories or ("CRMcorner",)),
            "flag": {"flagStatus": "flagged"},
        }
        return self.graph.state.add_message(
            ADDRESS, properties, folder=folder, source=source.as_bytes(), sensitivity=sensitivity
        )

    def now(self, mail: Stored) -> Stored:
        """A mail as it now is in Outlook."""
        return self.graph.state.messages.get(self.graph.state.directory.get(ADDRESS).n, mail.immutable_id)


@pytest.fixture
def office(db: None) -> Iterator[Office]:
    """Jan is known; mail is switched on."""
    with graph_world() as graph:
        world = World(kinds="Mail")
        world.adds(JAN)
        yield Office(world, graph)


def test_marked_mail_is_filed_and_marked(office: Office) -> None:
    """R30, R34: in any folder but three; what else the user has put on it stays; again: nothing."""
    filed = office.receive(1, "JAN@Berg.example", "Golf", "crmcorner", folder="archive")
    strange = office.receive(2, "wie@elders.example")
    left = [
        office.receive(number, folder=folder) for number, folder in ((3, "junkemail"), (4, "deleteditems"))
    ]
    unmarked = office.receive(5, "jan@berg.example", "Golf")
    assert office.figures() == Figures(looked_at=2, changed=2, errors=0)
    assert office.now(filed).categories == ("Golf", "Processed")
    assert office.now(filed).properties["flag"] == {"flagStatus": "flagged"}
    assert office.now(strange).categories == ("Not Found",)
    assert [office.now(each) for each in (*left, unmarked)] == [*left, unmarked]
    assert [mail.state for mail in Message.objects.order_by("received_at")] == ["filed", "not-found"]
    office.run()
    office.graph.sandbox.log.reset()
    assert office.figures() == Figures(looked_at=1, changed=0, errors=0)
    assert set(office.graph.sandbox.log.counts()["methods"]) == {"GET"}


def test_412_mails_take_three_runs_oldest_first(office: Office) -> None:
    """R31: 150, 150, 112; oldest first; how many wait is told after each."""
    for number in reversed(range(412)):
        office.receive(number)
    for filed, left in ((150, 262), (300, 112), (412, 0)):
        run = office.run()
        assert RunKind.objects.get(run=run, kind="Mail").left == left
        newest = max(int(mail.subject.split()[1]) for mail in Message.objects.all())
        assert (Message.objects.count(), newest) == (filed, filed - 1)


def test_what_is_private_in_outlook_is_its_owners_in_the_crm(office: Office) -> None:
    """R38: PidTagSensitivity private or confidential."""
    for number, level in enumerate((0, 1, 2, 3)):
        office.receive(number, sensitivity=level)
    office.run()
    assert [mail.private for mail in Message.objects.order_by("received_at")] == [False, False, True, True]


def test_an_address_learnt_later_files_what_waited(office: Office) -> None:
    """R35: without its being marked again; its category follows."""
    mail = office.receive(1, "piet@smit.example")
    office.run()
    assert office.now(mail).categories == ("Not Found",)
    person = Person.objects.get()
    office.world.changes(f"person:{person.pk}", emails=("jan@berg.example", "piet@smit.example"))
    assert office.figures() == Figures(looked_at=1, changed=1, errors=0)
    assert office.now(mail).categories == ("Processed",)


@pytest.mark.parametrize("fault", ["drop_after", "cut", "unavailable", "unavailable_after"])
def test_a_mark_whose_answer_is_lost_files_nothing_twice(office: Office, fault: str) -> None:
    """R17: the mail is stored once; after two more runs it bears Processed."""
    mails = [office.receive(number) for number in range(3)]
    office.graph.sandbox.faults.add(fault, method="PATCH", path="/messages")  # type: ignore[arg-type]
    office.world.start({Kind.MAIL})
    performing.perform_run(Run.objects.latest("pk").pk, office.graph.mailbox)
    for _again in range(2):
        run = office.world.start({Kind.MAIL})
        performing.perform_run(run.pk, office.graph.mailbox)
    assert Message.objects.count() == 3
    assert {office.now(each).categories for each in mails} == {("Processed",)}


def test_what_the_user_changes_meanwhile_is_kept(office: Office) -> None:
    """R34: a category put on while the run reads is not lost to the mark that it writes."""
    mail = office.receive(1)

    def meddled(*given: Any) -> Any:
        office.graph.state.update_message(ADDRESS, mail, {"categories": ["CRMcorner", "Golf"]})
        return GraphMailbox.mail_sources(office.graph.mailbox, *given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(office.graph.mailbox, "mail_sources", meddled)
        office.run()
    for _again in range(2):
        office.run()
    assert office.now(mail).categories == ("Golf", "Processed")
    assert Message.objects.count() == 1
