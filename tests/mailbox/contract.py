"""What every connector promises: one suite, and the world that it is run in.

A connector joins by a subclass of `MailboxContract` whose fixture ``world`` returns its own `OutlookWorld`: a
mailbox with the connector on it, and the hands of its user in Outlook, which never go through the connector.
Differences between services are flags of the world, never a question for the connector's name.
"""

from abc import ABC, abstractmethod
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from crmcorner.items.changes import Create, Delete, Refusal, Refused, Removed, Stored, Update, Upserted, Write
from crmcorner.items.postal_address import PostalAddress
from crmcorner.items.records import CATEGORY, CONTACT_FIELDS, Contact, Kind
from crmcorner.mailbox.errors import CursorExpired, MailboxError
from crmcorner.mailbox.protocol import Cursor, Mailbox

JAN = Contact(given_name="Jan", name_prefix="van der", surname="Berg", emails=("jan@berg.example",))
HAARLEM = PostalAddress(
    street="Spiegelstraat", house_number="3", postal_code="2011 BN", city="Haarlem", country="NL"
)


class OutlookWorld(ABC):
    """One mailbox, the connector to it, and what its user does in Outlook behind the connector's back.

    ``checks_versions``: whether a write with an old version is refused. ``reports_returned``: whether an item that
    comes back from Deleted Items is sure to be reported. ``bad_contact``: one that the service refuses.
    """

    mailbox: Mailbox
    checks_versions: bool = True
    reports_returned: bool = True
    bad_contact: Contact = Contact(given_name="Bad", surname="N\x00L")

    @abstractmethod
    def user_adds(
        self, contact: Contact, *, categories: tuple[str, ...] = (), elsewhere: bool = False
    ) -> str:
        """Make a contact (names, company, job title, e-mail, note) in the default folder or ``elsewhere``; its id."""

    @abstractmethod
    def user_renames(self, item_id: str, job_title: str) -> None:
        """Change a contact's job title."""

    @abstractmethod
    def user_categorises(self, item_id: str, categories: tuple[str, ...]) -> None:
        """Give a contact exactly these categories."""

    @abstractmethod
    def user_moves(self, item_id: str) -> None:
        """Move a contact to another contact folder."""

    @abstractmethod
    def user_deletes(self, item_id: str) -> None:
        """Delete a contact as Outlook does: to Deleted Items."""

    @abstractmethod
    def user_restores(self, item_id: str) -> None:
        """Bring a contact back from Deleted Items, as the same item."""

    @abstractmethod
    def user_sets_spouse(self, item_id: str, name: str) -> None:
        """Fill in a field that the CRM does not know (R20)."""

    @abstractmethod
    def spouse(self, item_id: str) -> str:
        """Return what stands in that field."""

    @abstractmethod
    def is_in_deleted_items(self, item_id: str) -> bool:
        """Whether the user finds it in Deleted Items."""

    @abstractmethod
    def cut_pages(self, size: int) -> None:
        """Have pages of changes hold so many items at most from now on."""

    @abstractmethod
    def expire_cursors(self) -> None:
        """Have the service forget every cursor that it gave."""

    @abstractmethod
    def lose_next_answer(self) -> None:
        """Let the next write take effect and its answer get lost."""

    # --- short ways, through the connector --------------------------------------------------------------------

    stamps: int = 0

    def stamp(self) -> str:
        """Return a fresh mark."""
        self.stamps += 1
        return f"contract-{self.stamps}"

    def create(self, contact: Contact) -> Create:
        """Return an order to create."""
        return Create(content=contact, categories=(CATEGORY,), stamp=self.stamp())

    def update(self, seen: Upserted, *, categories: tuple[str, ...] | None = None, **fields: Any) -> Update:
        """Return an order to change these fields of an item as it was seen."""
        return Update(
            item_id=seen.item_id,
            version=seen.version,
            fields=frozenset(fields),
            content=replace(seen.content, **fields),
            categories=categories,
            stamp=self.stamp(),
        )

    def apply(self, *writes: Write) -> list[Any]:
        """Carry out writes."""
        return list(self.mailbox.apply(Kind.CONTACTS, writes))

    def make(self, contact: Contact = JAN) -> Upserted:
        """Create a contact; return it as stored."""
        (result,) = self.apply(self.create(contact))
        assert isinstance(result, Stored), result
        assert result.item is not None
        return result.item

    def seen(self, item_id: str) -> Upserted:
        """Return an item as it now is."""
        return self.mailbox.fetch(Kind.CONTACTS, [item_id])[item_id]

    def is_gone(self, item_id: str) -> bool:
        """Whether the mailbox says that an item is gone."""
        return item_id not in self.mailbox.fetch(Kind.CONTACTS, [item_id])

    def news(self, since: Cursor | None = None) -> tuple[dict[str, Upserted | Removed], Cursor]:
        """Return the last word on every item of a round, and the cursor after it."""
        pages = list(self.mailbox.changes(Kind.CONTACTS, since))
        assert [page.complete for page in pages] == [False] * (len(pages) - 1) + [True]
        return {each.item_id: each for page in pages for each in page.changes}, pages[-1].cursor


class MailboxContract:
    """Subclasses override the fixture ``world``."""

    @pytest.fixture
    def world(self) -> Any:
        raise NotImplementedError

    # --- reading ----------------------------------------------------------------------------------------------

    def test_an_empty_mailbox_gives_a_cursor(self, world: OutlookWorld) -> None:
        """R17: a round ends with a place to go on from, also when there is nothing."""
        news, cursor = world.news()
        assert news == {}
        assert cursor
        assert world.news(cursor)[0] == {}

    def test_everything_comes_from_all_folders(self, world: OutlookWorld) -> None:
        """R41: tagged contacts count in whatever folder they are; others are reported too, for the plan to drop."""
        tagged = world.user_adds(JAN, categories=("crmCORNER", "Golf"))
        elsewhere = world.user_adds(Contact(surname="Smit"), elsewhere=True)
        news, _ = world.news()
        assert news.keys() == {tagged, elsewhere}
        first, second = news[tagged], news[elsewhere]
        assert isinstance(first, Upserted)
        assert isinstance(second, Upserted)
        assert first.content == JAN
        assert first.takes_part
        assert not second.takes_part

    def test_only_what_changed_comes_after_a_cursor(self, world: OutlookWorld) -> None:
        """R42: an addition and an edit in Outlook are reported once, and nothing else."""
        kept, edited = world.user_adds(JAN), world.user_adds(Contact(surname="Smit"))
        _, cursor = world.news()
        world.user_renames(edited, "chef")
        added = world.user_adds(Contact(surname="Bos"))
        news, cursor = world.news(cursor)
        assert news.keys() == {edited, added}
        assert kept not in news
        item = news[edited]
        assert isinstance(item, Upserted)
        assert item.contact.job_title == "chef"
        assert world.news(cursor)[0] == {}

    def test_the_same_cursor_twice_gives_the_same(self, world: OutlookWorld) -> None:
        """R17: a run that was cut reads again what it had read."""
        world.user_adds(JAN)
        _, cursor = world.news()
        world.user_adds(Contact(surname="Smit"))
        assert world.news(cursor)[0] == world.news(cursor)[0] != {}

    def test_going_on_from_any_page_misses_nothing(self, world: OutlookWorld) -> None:
        """R17: pages may be cut anywhere."""
        ids = {world.user_adds(Contact(surname=f"N{n}"), elsewhere=n % 2 == 1) for n in range(7)}
        world.cut_pages(2)
        pages = list(world.mailbox.changes(Kind.CONTACTS, None))
        assert len(pages) >= 4
        before: set[str] = set()
        for page in pages:
            before |= {each.item_id for each in page.changes}
            assert before | world.news(page.cursor)[0].keys() == ids

    def test_an_expired_cursor_says_so_and_everything_can_be_read_again(self, world: OutlookWorld) -> None:
        """R17: an expired cursor raises; None reads everything."""
        item_id = world.user_adds(JAN)
        _, cursor = world.news()
        world.expire_cursors()
        with pytest.raises(CursorExpired):
            world.news(cursor)
        assert world.news()[0].keys() == {item_id}

    def test_deleted_is_reported_and_gone_for_certain(self, world: OutlookWorld) -> None:
        """R84: a deletion is reported, and asking for the item confirms it."""
        item_id, other = world.user_adds(JAN), world.user_adds(Contact(surname="Smit"))
        _, cursor = world.news()
        world.user_deletes(item_id)
        assert world.news(cursor)[0] == {item_id: Removed(item_id=item_id)}
        assert world.mailbox.fetch(Kind.CONTACTS, [item_id, other]).keys() == {other}

    def test_restored_is_there_again(self, world: OutlookWorld) -> None:
        """R42: a contact that the user takes out of Deleted Items is the same item again."""
        item_id = world.user_adds(JAN, categories=(CATEGORY,))
        _, cursor = world.news()
        world.user_deletes(item_id)
        _, cursor = world.news(cursor)
        world.user_restores(item_id)
        assert world.seen(item_id).content == JAN
        if world.reports_returned:
            assert isinstance(world.news(cursor)[0][item_id], Upserted)

    def test_moved_to_another_folder_is_still_there(self, world: OutlookWorld) -> None:
        """R84: a contact that moves keeps its id and is not gone."""
        item_id = world.user_adds(JAN)
        _, cursor = world.news()
        world.user_moves(item_id)
        words = [
            each
            for page in world.mailbox.changes(Kind.CONTACTS, cursor)
            for each in page.changes
            if isinstance(each, Upserted)
        ]
        assert [each.item_id for each in words] == [item_id]
        assert world.seen(item_id).content == JAN

    def test_asking_for_nothing_gives_nothing(self, world: OutlookWorld) -> None:
        """R16: empty orders are no trouble."""
        assert world.mailbox.fetch(Kind.CONTACTS, []) == {}
        assert list(world.mailbox.apply(Kind.CONTACTS, [])) == []
        assert world.mailbox.created(Kind.CONTACTS, []) == {}

    def test_the_mailbox_knows_itself(self, world: OutlookWorld) -> None:
        """R17: a mailbox tells itself from any other, the same way each time."""
        assert world.mailbox.identity() == world.mailbox.identity() != ""

    # --- writing ----------------------------------------------------------------------------------------------

    def test_what_i_create_comes_back_once_and_equal(self, world: OutlookWorld) -> None:
        """R11: our own write is recognised by its version in the next changes, so that no run answers itself."""
        _, cursor = world.news()
        item = world.make()
        assert item.content == JAN
        assert item.categories == (CATEGORY,)
        news, cursor = world.news(cursor)
        assert news.keys() == {item.item_id}
        echo = news[item.item_id]
        assert isinstance(echo, Upserted)
        assert (echo.version, echo.content, echo.categories) == (item.version, item.content, item.categories)
        assert world.news(cursor)[0] == {}

    def test_my_update_comes_back_once_and_equal(self, world: OutlookWorld) -> None:
        """R11: the same for a change."""
        item = world.make()
        _, cursor = world.news()
        (stored,) = world.apply(world.update(item, job_title="chef"))
        assert stored.item.contact == replace(JAN, job_title="chef")
        assert stored.item.version != item.version
        echo = world.news(cursor)[0][item.item_id]
        assert isinstance(echo, Upserted)
        assert (echo.version, echo.content) == (stored.item.version, stored.item.content)

    def test_every_field_that_it_holds_makes_the_round_trip(self, world: OutlookWorld) -> None:
        """R19: a field that is not declared missing comes back as it was sent."""
        can = world.mailbox.can
        full = Contact(
            title="dr.",
            initials="J.P.",
            given_name="Jan",
            middle_name="Piet",
            name_prefix="van der",
            surname="Berg",
            suffix="jr.",
            nickname="Jantje",
            company="Berg B.V.",
            department="Verkoop",
            job_title="chef",
            profession="jurist",
            emails=("jan@berg.example", "j.berg@thuis.example", "info@berg.example"),
            work_phones=("+31235423445", "+31235423446"),
            home_phones=("+31201234567",),
            mobile_phones=("+31612345678",),
            other_phones=("+31101234567",),
            work_faxes=("+31235423447",),
            home_faxes=("+31201234568",),
            work_address=HAARLEM,
            home_address=replace(HAARLEM, house_number="5"),
            other_address=replace(HAARLEM, house_number="7"),
            website="https://berg.example",
            birthday=date(1970, 2, 28),
            note="een\ntwee",
        )
        sent = replace(full, **{name: getattr(Contact(), name) for name in can.missing})
        item = world.make(sent)
        fetched = world.seen(item.item_id)
        for name in CONTACT_FIELDS:
            assert getattr(item.content, name) == getattr(sent, name), name
            assert getattr(fetched.content, name) == getattr(sent, name), name

    def test_lists_are_kept_up_to_their_limit_and_in_order(self, world: OutlookWorld) -> None:
        """R19: a list has room for what the capabilities promise."""
        limit = world.mailbox.can.list_limits.get("emails", 5)
        emails = tuple(f"{letter}@berg.example" for letter in "zyxwv"[:limit])
        assert world.make(replace(JAN, emails=emails)).contact.emails == emails

    def test_an_update_changes_the_named_fields_only(self, world: OutlookWorld) -> None:
        """R18: a field that is not named stays, whatever the order says of it."""
        item = world.make(replace(JAN, job_title="chef", note="blijft"))
        order = replace(
            world.update(item, job_title="baas"), content=replace(JAN, job_title="baas", note="weg")
        )
        world.apply(order)
        assert world.seen(item.item_id).content == replace(JAN, job_title="baas", note="blijft")

    def test_an_update_can_empty_fields(self, world: OutlookWorld) -> None:
        """R42: clearing a field travels like any other change."""
        item = world.make(replace(JAN, job_title="chef", note="x", mobile_phones=("+31612345678",)))
        world.apply(world.update(item, job_title="", note="", mobile_phones=(), emails=()))
        assert world.seen(item.item_id).content == replace(JAN, emails=())

    def test_unknown_fields_survive_an_update(self, world: OutlookWorld) -> None:
        """R20: what the CRM does not know is left untouched by our writes."""
        item_id = world.user_adds(JAN)
        world.user_sets_spouse(item_id, "Els")
        world.apply(world.update(world.seen(item_id), job_title="chef", note="n"))
        assert world.spouse(item_id) == "Els"

    def test_other_categories_survive_an_update(self, world: OutlookWorld) -> None:
        """R20: an update that says nothing of categories leaves them."""
        item_id = world.user_adds(JAN, categories=("Golf", CATEGORY))
        (stored,) = world.apply(world.update(world.seen(item_id), job_title="chef"))
        assert sorted(stored.item.categories) == sorted(("Golf", CATEGORY))
        assert sorted(world.seen(item_id).categories) == sorted(("Golf", CATEGORY))

    def test_categories_alone_can_be_written(self, world: OutlookWorld) -> None:
        """R42: taking the category off touches nothing else."""
        item_id = world.user_adds(replace(JAN, note="n"), categories=("Golf", CATEGORY))
        world.user_sets_spouse(item_id, "Els")
        (stored,) = world.apply(world.update(world.seen(item_id), categories=("Golf",)))
        assert stored.item.categories == ("Golf",)
        assert world.seen(item_id).content == replace(JAN, note="n")
        assert world.spouse(item_id) == "Els"

    def test_category_given_and_taken_by_the_user_is_seen(self, world: OutlookWorld) -> None:
        """R41, R43: tagging and untagging are changes."""
        item_id = world.user_adds(JAN)
        _, cursor = world.news()
        world.user_categorises(item_id, (CATEGORY,))
        news, cursor = world.news(cursor)
        tagged = news[item_id]
        assert isinstance(tagged, Upserted)
        assert tagged.takes_part
        world.user_categorises(item_id, ())
        untagged = world.news(cursor)[0][item_id]
        assert isinstance(untagged, Upserted)
        assert not untagged.takes_part

    def test_an_old_version_is_refused_and_changes_nothing(self, world: OutlookWorld) -> None:
        """R18: an edit that we have not seen is not written over, nor deleted."""
        item = world.make()
        world.user_renames(item.item_id, "outlook")
        if not world.checks_versions:
            pytest.skip("this service does not check versions")
        update, delete = world.apply(
            world.update(item, job_title="crm", note="n"), Delete(item_id=item.item_id, version=item.version)
        )
        assert (update.why, delete.why) == (Refusal.CHANGED_MEANWHILE, Refusal.CHANGED_MEANWHILE)
        assert world.seen(item.item_id).content == replace(JAN, job_title="outlook")

    def test_what_is_gone_cannot_be_updated(self, world: OutlookWorld) -> None:
        """R16: the answer for an item that is gone is that, and no more."""
        item = world.make()
        world.user_deletes(item.item_id)
        (result,) = world.apply(replace(world.update(item, job_title="x"), version=""))
        assert isinstance(result, Refused)
        assert result.why is Refusal.GONE

    def test_deleting_twice_is_done_once(self, world: OutlookWorld) -> None:
        """R17: gone is done, however often it is ordered."""
        item = world.make()
        order = Delete(item_id=item.item_id, version=item.version)
        assert world.apply(order) == [Stored(item_id=item.item_id, item=None)]
        assert world.apply(order) == [Stored(item_id=item.item_id, item=None)]
        assert world.is_gone(item.item_id)

    def test_deleted_is_recoverable(self, world: OutlookWorld) -> None:
        """R42: our copy goes to Deleted Items and can be taken out of it."""
        item = world.make()
        world.apply(Delete(item_id=item.item_id, version=item.version))
        assert world.is_in_deleted_items(item.item_id)
        world.user_restores(item.item_id)
        assert world.seen(item.item_id).content == JAN

    # --- many at once, trouble --------------------------------------------------------------------------------

    def test_one_bad_write_of_twenty_leaves_nineteen(self, world: OutlookWorld) -> None:
        """R16: one item's trouble is its own, and every answer stands at its order's place."""
        orders = [world.create(Contact(surname=f"N{n}")) for n in range(20)]
        orders[7] = world.create(world.bad_contact)
        results = world.apply(*orders)
        assert isinstance(results[7], Refused)
        assert results[7].why in {Refusal.INVALID, Refusal.TOO_LARGE}
        stored = [each for each in results if isinstance(each, Stored)]
        assert len(stored) == 19
        names = [each.item.contact.surname for each in stored if each.item is not None]
        assert names == [f"N{n}" for n in range(20) if n != 7]

    def test_more_than_a_batch_at_once(self, world: OutlookWorld) -> None:
        """R16: splitting is the connector's affair; kinds of orders may be mixed."""
        first, second = world.make(), world.make(Contact(surname="Smit"))
        count = world.mailbox.can.batch_size + 5
        orders: list[Write] = [world.create(Contact(surname=f"N{n}")) for n in range(count)]
        orders.insert(3, world.update(first, job_title="chef"))
        orders.insert(30, Delete(item_id=second.item_id, version=second.version))
        results = world.apply(*orders)
        assert [type(each) for each in results] == [Stored] * (count + 2)
        assert results[3].item.contact.job_title == "chef"
        assert results[30].item is None
        assert len({each.item_id for each in results}) == count + 2

    def test_a_creation_is_found_by_its_stamp(self, world: OutlookWorld) -> None:
        """R17: by its mark a new item can be looked up; a mark that never arrived finds nothing."""
        order, other = world.create(JAN), world.create(Contact(surname="Smit"))
        (stored,) = world.apply(order)
        world.apply(other)
        found = world.mailbox.created(Kind.CONTACTS, [order.stamp, "never-sent"])
        assert found.keys() == {order.stamp}
        assert found[order.stamp].item_id == stored.item_id

    def test_a_creation_whose_answer_was_lost_is_found(self, world: OutlookWorld) -> None:
        """R17: after a lost answer the item is there once, under its mark."""
        world.news()
        world.lose_next_answer()
        order = world.create(JAN)
        try:
            (result,) = world.apply(order)
            assert isinstance(result, Refused)
            assert result.why is Refusal.UNKNOWN
        except MailboxError:
            pass  # lost for the whole call: as good
        found = world.mailbox.created(Kind.CONTACTS, [order.stamp])
        assert world.seen(found[order.stamp].item_id).content == JAN
        assert world.news()[0].keys() == {found[order.stamp].item_id}

    def test_an_update_whose_answer_was_lost_shows_its_stamp(self, world: OutlookWorld) -> None:
        """R17: an item bears the mark of our last change, also after the user edited it since."""
        item = world.make()
        assert world.seen(item.item_id).stamp
        order = world.update(item, job_title="chef")
        world.lose_next_answer()
        try:
            world.apply(order)
        except MailboxError:
            pass  # lost for the whole call: as good
        assert world.seen(item.item_id).stamp == order.stamp
        world.user_renames(item.item_id, "baas")
        assert world.seen(item.item_id).stamp == order.stamp

    @pytest.mark.parametrize(
        "text",
        ["Jürgen Ångström", "👩‍🚀 vuur 🔥", "مرحبا", "een\ntwee\n\nvier", "x" * 10_000, "<b>&amp;\"'\\"],
        ids=["accents", "emoji", "right-to-left", "lines", "10,000", "markup"],
    )
    def test_text_stays_as_it_is(self, world: OutlookWorld, text: str) -> None:
        """R18: no letter changes on the way; lines end as the CRM ends them."""
        item = world.make(replace(JAN, note=text))
        assert item.content.note == text
        assert world.seen(item.item_id).content.note == text

    def test_notes_with_other_line_ends_are_read_as_ours(self, world: OutlookWorld) -> None:
        """R18: CR LF in Outlook is no difference."""
        item_id = world.user_adds(replace(JAN, note="een\r\ntwee"))
        assert world.seen(item_id).content.note == "een\ntwee"

    def test_categories_are_made_known_once(self, world: OutlookWorld) -> None:
        """R39: harmless when repeated."""
        world.mailbox.ensure_categories([CATEGORY, "Processed", "Not Found"])
        world.mailbox.ensure_categories([CATEGORY])
