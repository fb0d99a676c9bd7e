"""Whom a mail is filed under (R32), and what becomes of its categories (R34). Pure: decides, others do."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum

from crmcorner.items.changes import with_category, without_category
from crmcorner.items.email_address import match_key
from crmcorner.items.mail import Mail
from crmcorner.items.records import CATEGORY, NOT_FOUND, PROCESSED
from crmcorner.sync.state import CrmId


class Mark(StrEnum):
    """What a mail's category becomes once the CRM has it (R34)."""

    PROCESSED = PROCESSED
    NOT_FOUND = NOT_FOUND


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressBook:
    """R32: whose addresses are whose, by `match_key` (R33).

    ``known``: the persons and organisations that have an address. ``firm``: the firm's own side, employees' addresses
    and those of the mailbox itself.
    """

    known: Mapping[str, Set[CrmId]]
    firm: Set[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What is to be done with one mail: file it under ``crm_ids``; with none of them it waits in the tray (R35).

    ``unknown`` are the addresses of the other side that nobody has.
    """

    mail: Mail
    crm_ids: frozenset[CrmId]
    unknown: tuple[str, ...]

    @property
    def mark(self) -> Mark:
        """R34: what its category becomes."""
        return Mark.PROCESSED if self.crm_ids else Mark.NOT_FOUND


def plan_filing(mails: Sequence[Mail], book: AddressBook) -> tuple[Filing, ...]:
    """R32: decide for each mail under whom it is filed, in the order given."""
    return tuple(_filing(mail, book) for mail in mails)


def _filing(mail: Mail, book: AddressBook) -> Filing:
    crm_ids: set[CrmId] = set()
    unknown = []
    for address in mail.addresses:
        key = match_key(address)
        if key in book.firm:
            continue
        found = book.known.get(key)
        if found:
            crm_ids |= found
        else:
            unknown.append(address)
    return Filing(mail=mail, crm_ids=frozenset(crm_ids), unknown=tuple(unknown))


def marked(categories: tuple[str, ...], mark: Mark) -> tuple[str, ...]:
    """R34: return a mail's categories with this mark in place of ours; every other one of the user's stays."""
    rest = categories
    for name in (CATEGORY, PROCESSED, NOT_FOUND):
        if name != mark:
            rest = without_category(rest, name)
    return with_category(rest, mark.value)
