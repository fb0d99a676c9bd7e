"""Chance let loose on the filing of mails, with every kind of trouble at every call; and whether it can fail."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from crmcorner.items.changes import Refused, Stored
from crmcorner.items.mail import Recategorise
from crmcorner.sync import filing, mail_run
from tests.sync.counting import Told, strikes
from tests.sync.mail_histories import FiledMail, play, play_many
from tests.sync.nemesis import CAN_BEFALL_MAIL
from tests.sync.size import FIRST, HISTORIES

Plant = Callable[[pytest.MonkeyPatch], None]


def test_every_marked_mail_is_filed_once_whatever_fails() -> None:
    """R11, R17, R31, R34, R35, R38: and no kind of trouble at any kind of call was missing."""
    told: Told = Counter()
    play_many(HISTORIES // 2, FIRST, told)
    assert [each for each in strikes(CAN_BEFALL_MAIL) if not told[each]] == []


def test_a_history_always_goes_the_same_way() -> None:
    """R17: two hundred, each played twice: the same is asked of the service."""
    for seed in range(200):
        assert play(seed, steps=15) == play(seed, steps=15)


def marks_are_written_first(patch: pytest.MonkeyPatch) -> None:
    """The category is changed before the CRM has the mail for good."""
    plain = mail_run.MailRun.file

    def file(self: Any, mails: Any) -> None:
        filings = filing.plan_filing(mails, self.store.address_book(mails))
        self.write([(each.mail, each.mark) for each in filings if each.mail.item_id not in self.store.copies])
        plain(self, mails)

    def written(self: FiledMail, results: Any) -> None:
        plain_written(self, [each for each in results if each[0] in self.copies])

    plain_written = FiledMail._written
    patch.setattr(mail_run.MailRun, "file", file)
    patch.setattr(FiledMail, "_written", written)


def what_was_refused_counts_as_written(patch: pytest.MonkeyPatch) -> None:
    """The answer to a mark is not looked at."""
    plain = FiledMail._written

    def written(self: FiledMail, results: Any) -> None:
        plain(self, [(each, Stored(item_id=each, item=None)) for each, _result in results])

    patch.setattr(FiledMail, "_written", written)


def marks_left_open_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    """What an earlier run did not come to is not written."""
    patch.setattr(mail_run.MailRun, "write_marks", lambda _self, _marks: None)


def the_users_categories_are_lost(patch: pytest.MonkeyPatch) -> None:
    """A mark replaces all that was there."""
    patch.setattr(mail_run, "marked", lambda _categories, mark: (mark.value,))


def versions_are_not_sent(patch: pytest.MonkeyPatch) -> None:
    """What the user did to the categories since they were read is written over."""
    plain = Recategorise
    patch.setattr(mail_run, "Recategorise", lambda **given: plain(**{**given, "version": ""}))


def a_mail_is_known_by_its_place(patch: pytest.MonkeyPatch) -> None:
    """A copy in another folder is another mail, and the CRM has it twice."""
    plain = FiledMail._file

    def file(self: FiledMail, fetched: Any) -> None:
        known = {each.filing.mail.message_id for each in fetched} & self.messages.keys()
        plain(self, fetched)
        self.made.update(known)

    patch.setattr(FiledMail, "_file", file)


def nobody_is_found_later(patch: pytest.MonkeyPatch) -> None:
    """What waits is not filed when its address becomes known."""
    patch.setattr(FiledMail, "refile", lambda _self: 0)


def what_is_gone_is_tried_for_ever(patch: pytest.MonkeyPatch) -> None:
    """A mail that the user deleted before it was marked is not let go of."""
    plain = FiledMail._written

    def written(self: FiledMail, results: Any) -> None:
        kept = [(each, result) for each, result in results if not isinstance(result, Refused)]
        plain(self, kept)

    patch.setattr(FiledMail, "_written", written)


@pytest.mark.parametrize(
    "plant",
    [
        what_was_refused_counts_as_written,
        marks_left_open_are_forgotten,
        the_users_categories_are_lost,
        versions_are_not_sent,
        a_mail_is_known_by_its_place,
        nobody_is_found_later,
        what_is_gone_is_tried_for_ever,
        marks_are_written_first,
    ],
    ids=lambda plant: plant.__name__,
)
def test_planted_fault_is_found(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """R34, R38: these histories can fail.

    That a worker who was overtaken goes on is no fault here: what he files is known by its number, and what he marks
    follows from what is filed. `tests.outlook.test_lease` sees to it that he does not.
    """
    plant(monkeypatch)
    with pytest.raises(AssertionError, match="history"):
        play_many(2_000)
