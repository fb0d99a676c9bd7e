"""Whom mails are filed under, and what becomes of their categories."""

from datetime import UTC, datetime

import pytest

from crmcorner.items.mail import Mail, MailAddress
from crmcorner.sync.filing import AddressBook, Filing, Mark, marked, plan_filing

FIRM = frozenset({"michael@huisintveld.example", "sanne@huisintveld.example"})
BOOK = AddressBook(
    known={
        "jan@berg.example": frozenset({"person:1"}),
        "info@berg.example": frozenset({"organisation:1"}),
        "piet@smit.example": frozenset({"person:2", "person:3"}),
    },
    firm=FIRM,
)


def a_mail(sender: str, *to: str, cc: tuple[str, ...] = (), bcc: tuple[str, ...] = ()) -> Mail:
    """Return a mail between these."""
    return Mail(
        item_id="1",
        version="1",
        sender=MailAddress(email=sender) if sender else None,
        to=tuple(MailAddress(email=each) for each in to),
        cc=tuple(MailAddress(email=each) for each in cc),
        bcc=tuple(MailAddress(email=each) for each in bcc),
        received=datetime(2026, 11, 1, tzinfo=UTC),
    )


def filed(mail: Mail) -> Filing:
    """Return what is decided about one mail."""
    (filing,) = plan_filing([mail], BOOK)
    return filing


@pytest.mark.parametrize(
    ("mail", "crm_ids", "unknown"),
    [
        pytest.param(
            a_mail("jan@berg.example", "michael@huisintveld.example"),
            frozenset({"person:1"}),
            (),
            id="received",
        ),
        pytest.param(
            a_mail("michael@huisintveld.example", "jan@berg.example"), frozenset({"person:1"}), (), id="sent"
        ),
        pytest.param(
            a_mail("Jan@BERG.example", "michael@huisintveld.example", cc=("piet@smit.example",)),
            frozenset({"person:1", "person:2", "person:3"}),
            (),
            id="everyone who has an address, whatever its case",
        ),
        pytest.param(
            a_mail("michael@huisintveld.example", bcc=("info@berg.example",)),
            frozenset({"organisation:1"}),
            (),
            id="an organisation, by bcc",
        ),
        pytest.param(
            a_mail("onbekend@elders.example", "michael@huisintveld.example", cc=("jan@berg.example",)),
            frozenset({"person:1"}),
            ("onbekend@elders.example",),
            id="one known is enough",
        ),
        pytest.param(
            a_mail("onbekend@elders.example", "sanne@huisintveld.example"),
            frozenset(),
            ("onbekend@elders.example",),
            id="nobody known",
        ),
        pytest.param(
            a_mail("michael@huisintveld.example", "sanne@huisintveld.example"),
            frozenset(),
            (),
            id="among ourselves",
        ),
        pytest.param(a_mail("", "michael@huisintveld.example"), frozenset(), (), id="no sender"),
    ],
)
def test_a_mail_is_filed_under_the_other_side(
    mail: Mail, crm_ids: frozenset[str], unknown: tuple[str, ...]
) -> None:
    """R32: by the addresses of sender and recipients that are not the firm's own."""
    filing = filed(mail)
    assert (filing.crm_ids, filing.unknown) == (crm_ids, unknown)
    assert filing.mark is (Mark.PROCESSED if crm_ids else Mark.NOT_FOUND)


@pytest.mark.parametrize(
    ("before", "mark", "after"),
    [
        (("CRMcorner",), Mark.PROCESSED, ("Processed",)),
        (("Golf", "crmCORNER", "Rood"), Mark.PROCESSED, ("Golf", "Rood", "Processed")),
        (("CRMcorner", "Golf"), Mark.NOT_FOUND, ("Golf", "Not Found")),
        (("Not Found", "Golf"), Mark.PROCESSED, ("Golf", "Processed")),
        (("Processed", "CRMcorner"), Mark.PROCESSED, ("Processed",)),
        (("processed",), Mark.PROCESSED, ("processed",)),
        ((), Mark.NOT_FOUND, ("Not Found",)),
    ],
)
def test_the_users_own_categories_stay(before: tuple[str, ...], mark: Mark, after: tuple[str, ...]) -> None:
    """R34: CRMcorner goes, the mark comes, every other category stays in its place."""
    assert marked(before, mark) == after


def test_mails_are_decided_one_by_one_in_the_order_given() -> None:
    """R31: what comes first is filed first."""
    mails = [a_mail("jan@berg.example"), a_mail("nobody@x.example"), a_mail("piet@smit.example")]
    assert [bool(each.crm_ids) for each in plan_filing(mails, BOOK)] == [True, False, True]
