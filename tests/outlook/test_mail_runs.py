"""Marked mails filed by whole runs, over the real database and the mailbox in memory."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from crmcorner.accounts.actor import Actor
from crmcorner.items.changes import Refusal, Refused
from crmcorner.items.mail import Mail, MailAddress
from crmcorner.items.records import Kind
from crmcorner.mail.models import Message, MessageState
from crmcorner.mail.services import filing
from crmcorner.mailbox.errors import Throttled, Unreachable
from crmcorner.outlook.models import MailCopy, Retry, RunKind, RunLine
from crmcorner.outlook.services import figures
from crmcorner.people.models import Person
from crmcorner.sync.report import Figures
from tests.outlook.world import JAN, World

EVERYONE = ("michael@firm.example", "anna@firm.example")
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def mail_world(db: None) -> World:
    """Michael's mailbox with mail switched on; Jan is known."""
    world = World(kinds="Contacts;Mail")
    world.adds(JAN)
    world.run()
    return world


def receive(
    world: World, number: int, sender: str = "jan@berg.example", *categories: str, folder: str = "inbox"
) -> str:
    """Let a mail arrive, marked unless told otherwise; the higher its number, the later."""
    source = EmailMessage()
    source["From"], source["To"] = sender, ", ".join(EVERYONE)
    source["Subject"], source["Message-ID"] = f"Mail {number}", f"<{number}@x.example>"
    source.set_content("Hallo")
    mail = Mail(
        item_id=f"mail-{number}",
        version="1",
        message_id=f"<{number}@x.example>",
        subject=f"Mail {number}",
        sender=MailAddress(email=sender),
        to=tuple(MailAddress(email=each) for each in EVERYONE),
        sent=NOON + timedelta(minutes=number),
        received=NOON + timedelta(minutes=number),
        categories=categories or ("CRMcorner",),
    )
    return world.outlook.user_receives(mail, source.as_bytes(), folder)


def categories(world: World, item_id: str) -> tuple[str, ...]:
    """Return a mail's categories in Outlook."""
    return world.outlook.messages[item_id].mail.categories


def test_marked_mails_are_filed_and_marked(mail_world: World) -> None:
    """R30, R32, R34: the known sender's mail is filed, the stranger's waits, other categories stay; again: nothing."""
    known = receive(mail_world, 1, "JAN@berg.example", "Golf", "crmcorner")
    strange = receive(mail_world, 2, "wie@elders.example")
    receive(mail_world, 3, "jan@berg.example", "Golf")
    receive(mail_world, 4, folder="junk")
    assert mail_world.figures(Kind.MAIL) == Figures(looked_at=2, changed=2, errors=0)
    assert categories(mail_world, known) == ("Golf", "Processed")
    assert categories(mail_world, strange) == ("Not Found",)
    assert [mail.state for mail in Message.objects.order_by("received_at")] == ["filed", "not-found"]
    (filing_row,) = Message.objects.get(state="filed").filings.exclude(person=None)
    assert filing_row.person == Person.objects.get()
    assert mail_world.figures(Kind.MAIL) == Figures(looked_at=1, changed=0, errors=0)


def test_an_address_learnt_later_files_what_waited(mail_world: World) -> None:
    """R35: the next run files it without the user marking it again, and its category follows."""
    item = receive(mail_world, 1, "piet@smit.example")
    mail_world.run()
    person = Person.objects.get()
    mail_world.changes(f"person:{person.pk}", emails=("jan@berg.example", "piet@smit.example"))
    assert mail_world.figures(Kind.MAIL) == Figures(looked_at=1, changed=1, errors=0)
    assert categories(mail_world, item) == ("Processed",)
    assert Message.objects.get().state == MessageState.FILED
    assert mail_world.figures(Kind.MAIL) == Figures(looked_at=0, changed=0, errors=0)


def test_filed_by_hand_its_category_follows(mail_world: World) -> None:
    """R36a: what a user files in the CRM is Processed in Outlook after the next run."""
    item = receive(mail_world, 1, "piet@smit.example")
    mail_world.run()
    filing.file_elsewhere(
        actor=Actor(user=mail_world.user),
        message=Message.objects.get(),
        crm_ids=[f"person:{Person.objects.get().pk}"],
    )
    mail_world.run()
    assert categories(mail_world, item) == ("Processed",)


def test_412_mails_take_three_runs_oldest_first(mail_world: World) -> None:
    """R31: 150, 150, 112; the oldest first, and the screen says how many wait."""
    for number in reversed(range(412)):
        receive(mail_world, number)
    for filed, left in ((150, 262), (300, 112), (412, 0)):
        run = mail_world.run()
        assert RunKind.objects.get(run=run, kind="Mail").left == left
        newest = max(int(mail.subject.split()[1]) for mail in Message.objects.all())
        assert (Message.objects.count(), newest) == (filed, filed - 1)
        row = next(row for row in figures.board_of(mail_world.user).rows if row.kind is Kind.MAIL)
        assert row.left == left
    assert mail_world.figures(Kind.MAIL) == Figures(looked_at=0, changed=0, errors=0)


@pytest.mark.parametrize("before", [True, False], ids=["before the mark", "after the mark"])
def test_a_run_that_is_cut_files_nothing_twice(mail_world: World, before: bool) -> None:
    """R17: cut between filing and marking, or before the answer is seen: the next run marks, and files nothing again."""
    item = receive(mail_world, 1)

    def cut(*_seen: object) -> None:
        raise Unreachable("cut")

    outlook = mail_world.outlook
    hook = "before_recategorising" if before else "after_recategorising"
    kept = getattr(outlook, hook)
    setattr(outlook, hook, cut)
    assert mail_world.run().state == "failed"
    setattr(outlook, hook, kept)
    mail_world.run()
    assert (Message.objects.count(), MailCopy.objects.count()) == (1, 1)
    assert categories(mail_world, item) == ("Processed",)
    assert mail_world.figures(Kind.MAIL) == Figures(looked_at=0, changed=0, errors=0)


def test_one_mail_of_two_mailboxes_is_one(mail_world: World) -> None:
    """R38: the same Internet Message-ID from a colleague's mailbox is stored once, and marked in both."""
    mine = receive(mail_world, 1)
    colleague = World("anna", kinds="Mail")
    theirs = receive(colleague, 1)
    mail_world.run()
    colleague.run()
    message = Message.objects.get()
    assert {owner.user for owner in message.owners.all()} == {mail_world.user, colleague.user}
    assert categories(mail_world, mine) == categories(colleague, theirs) == ("Processed",)


def test_a_mark_that_is_refused_is_written_later(mail_world: World) -> None:
    """R16: the mail is filed all the same, the line says why, and the next run writes the mark."""
    item = receive(mail_world, 1)
    mail_world.outlook.before_recategorising = lambda _write: Refused(why=Refusal.CHANGED_MEANWHILE)
    run = mail_world.run()
    line = RunLine.objects.get(run=run, kind="Mail")
    assert (line.outcome, line.reason) == ("failed", "changed-meanwhile")
    mail_world.outlook.before_recategorising = lambda _write: None
    mail_world.run()
    assert categories(mail_world, item) == ("Processed",)


def test_a_mail_that_cannot_be_stored_does_not_stop_the_others(
    mail_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R16: it is a failed line, stays marked, rests for growing pauses, and does not take the place of another."""
    bad, good = receive(mail_world, 1), receive(mail_world, 2)
    real = filing.file_mail

    def fail_one(**given: object) -> filing.Filed:
        if isinstance(given["mail"], Mail) and given["mail"].item_id == bad:
            raise OSError("disk full")
        return real(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(filing, "file_mail", fail_one)
    assert mail_world.figures(Kind.MAIL).errors == 1
    assert categories(mail_world, good) == ("Processed",)
    assert categories(mail_world, bad) == ("CRMcorner",)
    assert Retry.objects.get(kind="Mail").item_id == bad
    monkeypatch.undo()
    mail_world.run()
    assert categories(mail_world, bad) == ("Processed",)
    assert not Retry.objects.filter(kind="Mail").exists()


def test_throttling_waits_and_goes_on(mail_world: World) -> None:
    """R16: Outlook asks to wait; what is filed stays filed, and the marks come with the run after."""
    item = receive(mail_world, 1)

    def busy(*_seen: object) -> None:
        raise Throttled(30.0)

    mail_world.outlook.before_recategorising = busy
    assert mail_world.run().state == "waiting"
    mail_world.outlook.before_recategorising = lambda _write: None
    mail_world.reread().waiting_until = None
    mail_world.connection.save()
    mail_world.run()
    assert (Message.objects.count(), categories(mail_world, item)) == (1, ("Processed",))


def test_a_mail_that_is_deleted_in_outlook_stays_filed(mail_world: World) -> None:
    """R30: deleting it there takes nothing out of the CRM; the waiting mark is forgotten."""
    item = receive(mail_world, 1, "piet@smit.example")
    mail_world.run()
    del mail_world.outlook.messages[item]
    mail_world.changes(f"person:{Person.objects.get().pk}", emails=("jan@berg.example", "piet@smit.example"))
    mail_world.run()
    assert Message.objects.get().state == MessageState.FILED
    assert not MailCopy.objects.exists()


def test_private_mail_is_its_owners_alone(mail_world: World) -> None:
    """R38: marked private in Outlook, it is seen by its owner only."""
    item = receive(mail_world, 1)
    stored = mail_world.outlook.messages[item]
    stored.mail = Mail(**{name: getattr(stored.mail, name) for name in Mail.__slots__} | {"private": True})
    mail_world.run()
    assert Message.objects.get().owners_only
