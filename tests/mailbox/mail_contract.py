"""What every connector promises of mail: one suite, and the world that it is run in.

As in `tests.mailbox.contract`, a connector joins by a subclass of `MailContract` whose fixture ``world`` returns its own
`MailWorld`. Differences between services are flags of the world.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from crmcorner.items.changes import Refusal, Refused, Stored
from crmcorner.items.mail import Mail, MailAddress, Recategorise
from crmcorner.items.records import CATEGORY, PROCESSED
from crmcorner.mailbox.errors import MailboxError
from crmcorner.mailbox.protocol import MailMailbox
from crmcorner.sync.filing import Mark, marked

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
JAN = MailAddress(email="jan@berg.example", name="Jan Berg")
ANNA = MailAddress(email="anna@firm.example", name="Anna de Vries")

FULL = Mail(
    item_id="",
    version="",
    message_id="<1@x.example>",
    subject="Offerte: 100 m² & “meer”",
    sender=JAN,
    to=(ANNA, MailAddress(email="Piet@Berg.example")),
    cc=(MailAddress(email="jürgen@bücher.example", name="Jürgen"),),
    bcc=(MailAddress(email="els@berg.example", name="Els"),),
    sent=NOON - timedelta(minutes=3),
    received=NOON,
    categories=("Golf", CATEGORY),
)

EVERY_BYTE = bytes(range(256)) + b"\r\n.\r\nlines\nof\rall kinds\r\n\x00\xff\xfe"


class MailWorld(ABC):
    """One mailbox, the connector to it, and what its user does in Outlook behind the connector's back.

    ``left_out`` and ``others``: folders in which a mark does not count, and in which it does.
    """

    mailbox: MailMailbox
    left_out: Sequence[str] = ("deleted-items", "junk", "drafts")
    others: Sequence[str] = ("inbox", "sent", "archive")

    @abstractmethod
    def user_receives(self, mail: Mail, source: bytes = b"", folder: str = "inbox") -> str:
        """Put a mail into a folder; its id. The mail's own id and version do not count."""

    @abstractmethod
    def user_categorises(self, item_id: str, *categories: str) -> None:
        """Give a mail these categories and no others."""

    @abstractmethod
    def user_deletes(self, item_id: str) -> None:
        """Delete a mail for good."""

    @abstractmethod
    def user_names(self, category: str) -> None:
        """Have the mailbox's own list of categories hold this name."""

    @abstractmethod
    def lose_next_answer(self) -> None:
        """Let the next write take effect and its answer get lost."""

    # --- short ways, through the connector --------------------------------------------------------------------

    def __init__(self) -> None:
        self.numbers = count()

    def add(self, *categories: str, folder: str = "inbox", source: bytes = b"", minute: int = 0) -> str:
        """Receive a mail so many minutes after noon; marked unless told otherwise."""
        number = next(self.numbers)
        mail = replace(
            FULL,
            subject=f"Mail {number}",
            message_id=f"<{number}@x.example>",
            received=NOON + timedelta(minutes=minute),
            categories=categories or (CATEGORY,),
        )
        return self.user_receives(mail, source, folder)

    def find(self, limit: int = 150, category: str = CATEGORY) -> tuple[list[str], int]:
        """The ids of the oldest marked mails, and how many there are."""
        found = self.mailbox.marked_mail(category, limit)
        return [mail.item_id for mail in found.mails], found.total

    def seen(self, item_id: str) -> Mail:
        """A mail as it is."""
        return self.mailbox.mails([item_id])[item_id]

    def write(self, item_id: str, *categories: str, version: str | None = None) -> Recategorise:
        """An order to give a mail these categories, as it is now seen."""
        seen = self.seen(item_id).version if version is None else version
        return Recategorise(item_id=item_id, version=seen, categories=categories)

    def sources(self, *ids: str, limit: int = 1000) -> dict[str, bytes | None]:
        """The sources of these mails."""
        return dict(self.mailbox.mail_sources(ids, limit))


class MailContract:
    """The suite."""

    # --- finding what is marked -------------------------------------------------------------------------------

    def test_where_nothing_is_marked_nothing_is_found(self, world: MailWorld) -> None:
        """R30: a mail without the category is none of our business, nor one whose category is only similar."""
        assert world.find() == ([], 0)
        world.add("Golf")
        world.add("CRMcorner 2", "XCRMcorner", "CRM corner")
        assert world.find() == ([], 0)

    def test_the_oldest_come_first(self, world: MailWorld) -> None:
        """R31: by when they were received, in whatever order they came into the mailbox."""
        late, early, middle = world.add(minute=3), world.add(minute=1), world.add(minute=2)
        assert world.find() == ([early, middle, late], 3)

    def test_no_more_than_the_limit_come_and_all_are_counted(self, world: MailWorld) -> None:
        """R31: what is left is counted, so that the screen can say how many wait."""
        ids = [world.add(minute=minute) for minute in range(7)]
        assert world.find(3) == (ids[:3], 7)
        assert world.find(0) == ([], 7)
        assert world.find(7) == (ids, 7)

    def test_of_the_same_minute_none_is_lost(self, world: MailWorld) -> None:
        """R31: mails received at one moment come in an order that stays."""
        ids = {world.add() for _ in range(9)}
        first, total = world.find(4)
        assert (len(first), total) == (4, 9)
        assert world.find(4) == (first, 9)
        assert set(world.find()[0]) == ids

    def test_every_folder_counts_but_three(self, world: MailWorld) -> None:
        """R30: Deleted Items, Junk Email and Drafts are left out, of the count too."""
        for minute, folder in enumerate(world.left_out):
            world.add(folder=folder, minute=minute)
        assert world.find() == ([], 0)
        ids = [world.add(folder=folder, minute=minute) for minute, folder in enumerate(world.others)]
        assert world.find() == (ids, len(ids))
        assert world.find(1) == (ids[:1], len(ids))

    @pytest.mark.parametrize("spelling", ["crmcorner", "CRMCORNER", "CRMcorner"])
    def test_the_category_is_known_in_the_mailboxs_own_spelling(
        self, world: MailWorld, spelling: str
    ) -> None:
        """R30: upper and lower case make no other category (glossary)."""
        world.user_names(spelling)
        item_id = world.add("Golf", spelling)
        assert world.find() == ([item_id], 1)
        assert world.find(category="crmCORNER") == ([item_id], 1)

    @pytest.mark.parametrize("name", ["l'été 'x'", "R&D + 50% #1/2?", "日本", "a b"])
    def test_any_name_can_be_looked_for(self, world: MailWorld, name: str) -> None:
        """R30: no sign in the name of a category stands in the way."""
        item_id = world.add(name)
        world.add("Golf")
        assert world.find(category=name) == ([item_id], 1)

    def test_412_come_as_150_150_and_112(self, world: MailWorld) -> None:
        """R31: oldest first, run by run, until none waits."""
        for n in range(412):
            world.add("Golf", CATEGORY, minute=(n * 7) % 412)
        sizes, times = [], list[datetime]()
        while (found := world.mailbox.marked_mail(CATEGORY, 150)).mails:
            sizes.append((len(found.mails), found.total))
            times += [mail.received for mail in found.mails]
            orders = [
                Recategorise(
                    item_id=mail.item_id,
                    version=mail.version,
                    categories=marked(mail.categories, Mark.PROCESSED),
                )
                for mail in found.mails
            ]
            results = world.mailbox.recategorise(orders)
            assert [each.item_id for each in results if isinstance(each, Stored)] == [
                mail.item_id for mail in found.mails
            ]
            assert world.seen(found.mails[0].item_id).categories == ("Golf", PROCESSED)
        assert sizes == [(150, 412), (150, 262), (112, 112)]
        assert times == [NOON + timedelta(minutes=minute) for minute in range(412)]

    # --- reading ----------------------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        "mail",
        [
            FULL,
            replace(FULL, private=True),
            replace(FULL, sent=None),
            replace(FULL, sender=None, to=(), cc=(), bcc=()),
            replace(FULL, message_id="", subject=""),
            replace(FULL, to=tuple(MailAddress(email=f"n{n}@berg.example") for n in range(3000))),
        ],
        ids=["full", "private", "never sent", "nobody", "no words", "3,000 recipients"],
    )
    def test_a_mail_is_read_as_it_is(self, world: MailWorld, mail: Mail) -> None:
        """R32: everything that filing needs, whether it was found or asked for by name."""
        item_id = world.user_receives(mail)
        (found,) = world.mailbox.marked_mail(CATEGORY, 10).mails
        assert found == world.seen(item_id)
        assert found.version
        assert found == replace(mail, item_id=item_id, version=found.version)

    def test_what_is_gone_is_missing_in_the_answer(self, world: MailWorld) -> None:
        """R16: the others come all the same."""
        ids = [world.add(minute=minute) for minute in range(45)]
        world.user_deletes(ids[20])
        found = world.mailbox.mails([*ids, "never-was", ids[0]])
        assert set(found) == {*ids} - {ids[20]}
        assert all(item_id == mail.item_id for item_id, mail in found.items())
        assert world.mailbox.mails([]) == {}

    # --- sources ----------------------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        "source", [b"", EVERY_BYTE, b"Subject: x\r\n\r\ny\r\n"], ids=["empty", "every byte", "mail"]
    )
    def test_sources_come_byte_for_byte(self, world: MailWorld, source: bytes) -> None:
        """R36a: the original is kept as it is."""
        item_id = world.add(source=source)
        assert world.sources(item_id) == {item_id: source}

    def test_a_source_that_is_too_large_is_told_apart(self, world: MailWorld) -> None:
        """R36: one byte more than the limit is too much; the others come."""
        just, over, small = world.add(source=b"x" * 500), world.add(source=b"x" * 501), world.add(source=b"y")
        assert world.sources(just, over, small, limit=500) == {just: b"x" * 500, over: None, small: b"y"}

    def test_a_source_that_is_gone_is_passed_over(self, world: MailWorld) -> None:
        """R16: what was deleted between finding and reading is no trouble to the others."""
        ids = [world.add(source=bytes([n])) for n in range(12)]
        world.user_deletes(ids[5])
        assert world.sources("never-was", *ids) == {each: bytes([n]) for n, each in enumerate(ids) if n != 5}
        assert world.sources() == {}

    # --- marks ------------------------------------------------------------------------------------------------

    def test_categories_are_set_and_the_rest_stays(self, world: MailWorld) -> None:
        """R34: the list that is ordered is the list that is there, and nothing else of the mail changes."""
        item_id = world.user_receives(replace(FULL, private=True), EVERY_BYTE)
        before = world.seen(item_id)
        results = world.mailbox.recategorise([world.write(item_id, "Golf", PROCESSED)])
        assert results == [Stored(item_id=item_id, item=None)]
        after = world.seen(item_id)
        assert after == replace(before, version=after.version, categories=("Golf", PROCESSED))
        assert after.version != before.version
        assert world.find() == ([], 0)
        assert world.sources(item_id) == {item_id: EVERY_BYTE}
        world.mailbox.recategorise([world.write(item_id)])
        assert world.seen(item_id).categories == ()

    def test_an_old_version_is_refused_and_changes_nothing(self, world: MailWorld) -> None:
        """R18: categories that the user has given it meanwhile are not written over."""
        item_id, other = world.add(), world.add()
        old, good = world.write(item_id, PROCESSED), world.write(other, PROCESSED)
        world.user_categorises(item_id, CATEGORY, "Golf")
        refused, stored = world.mailbox.recategorise([old, good])
        assert isinstance(refused, Refused)
        assert refused.why is Refusal.CHANGED_MEANWHILE
        assert stored == Stored(item_id=other, item=None)
        assert world.seen(item_id).categories == (CATEGORY, "Golf")

    def test_without_a_version_it_is_written_in_any_case(self, world: MailWorld) -> None:
        """R34: an order that names no state that was seen asks for no check."""
        item_id = world.add()
        world.user_categorises(item_id, CATEGORY, "Golf")
        (result,) = world.mailbox.recategorise([world.write(item_id, PROCESSED, version="")])
        assert result == Stored(item_id=item_id, item=None)
        assert world.seen(item_id).categories == (PROCESSED,)

    def test_what_is_gone_is_told_at_its_own_place(self, world: MailWorld) -> None:
        """R16: one mail's trouble is its own, among more than fit one request; every answer is at its place."""
        ids = [world.add() for _ in range(90)]
        orders = [world.write(each, PROCESSED) for each in ids]
        world.user_deletes(ids[3])
        world.user_deletes(ids[47])
        results = world.mailbox.recategorise(orders)
        gone = [place for place, each in enumerate(results) if isinstance(each, Refused)]
        assert gone == [3, 47]
        assert [each.why for each in results if isinstance(each, Refused)] == [Refusal.GONE] * 2
        assert [each.item_id for each in results if isinstance(each, Stored)] == [
            each for place, each in enumerate(ids) if place not in gone
        ]
        assert world.mailbox.recategorise([]) == []

    def test_after_a_lost_answer_it_is_not_known(self, world: MailWorld) -> None:
        """R17: it may have been written, and here it was; nobody claims the one or the other."""
        item_id = world.add()
        order = world.write(item_id, PROCESSED)
        world.lose_next_answer()
        try:
            (result,) = world.mailbox.recategorise([order])
            assert isinstance(result, Refused)
            assert result.why is Refusal.UNKNOWN
        except MailboxError:
            pass  # lost for the whole call: as good
        assert world.seen(item_id).categories == (PROCESSED,)
