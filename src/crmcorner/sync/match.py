"""Which CRM record is meant by an Outlook contact that has no link yet? One, several, none (R44)."""

from collections.abc import Sequence
from dataclasses import dataclass

from crmcorner.items.changes import Upserted
from crmcorner.items.company_name import company_key
from crmcorner.items.email_address import domain_of, is_public_domain, match_key
from crmcorner.items.person_name import name_key
from crmcorner.items.records import Contact
from crmcorner.items.text import plain_key
from crmcorner.sync.state import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One of: ``match`` (link with it), ``ask`` (the user chooses), neither (make a new record).

    ``duplicate``: the record that it matches is in step with another item already; asked about as well.
    """

    match: Candidate | None = None
    ask: tuple[Candidate, ...] = ()
    duplicate: bool = False


def judge(item: Upserted, candidates: Sequence[Candidate]) -> Judgement:
    """Judge a new Outlook contact against the records that could be meant.

    By e-mail address, else by name with organisation or phone. A name alone never links; where one of both sides
    has no e-mail address to tell them apart, the user is asked. A shared address (info@) of people whose names
    plainly differ is asked about as well. A task or an appointment is matched by what narrowed it down: the first that
    is not in step with another item.
    """
    if not isinstance(item.content, Contact):
        # Two equal tasks are two tasks: one that is in step with another item is not meant (R51, R65).
        free = [each for each in candidates if not each.linked_item]
        return Judgement(match=free[0] if free else None)
    contact = item.contact
    if contact.is_organisation:
        found = [each for each in candidates if _same_organisation(contact, each.record.contact)]
        return _verdict(item, found, ())
    people = [each for each in candidates if not each.record.contact.is_organisation]
    keys = _keys(contact)
    sharing = [each for each in people if keys & _keys(each.record.contact)]
    if sharing:
        alike = [each for each in sharing if not _plainly_different(contact, each.record.contact)]
        exact = [each for each in alike if _same_name(contact, each.record.contact)]
        return _verdict(item, exact if len(exact) == 1 else alike, sharing)
    named = [each for each in people if _same_name(contact, each.record.contact)]
    backed = [each for each in named if _same_firm_or_phone(contact, each.record.contact)]
    doubtful = [each for each in named if _only_the_name(contact, each.record.contact)]
    return _verdict(item, backed, () if backed else doubtful)


def alike_keys(item: Upserted) -> frozenset[str]:
    """Return by what two new items of one page may be the same: e-mail addresses, name, firm, a firm's domain.

    Generous: what shares a key with an earlier one is judged again once that one is in the CRM.
    """
    if not isinstance(item.content, Contact):
        return frozenset()
    contact = item.contact
    keys = set(_keys(contact))
    if contact.is_organisation:
        keys |= {f"firm {company_key(contact.company)}"} | {
            f"domain {each}" for each in _own_domains(contact)
        }
    elif name := _name(contact):
        keys.add(f"name {name}")
    return frozenset(keys)


def _verdict(item: Upserted, found: Sequence[Candidate], doubtful: Sequence[Candidate]) -> Judgement:
    if len(found) == 1:
        taken = bool(found[0].linked_item) and found[0].linked_item != item.item_id
        return Judgement(ask=tuple(found), duplicate=True) if taken else Judgement(match=found[0])
    return Judgement(ask=tuple(found or doubtful))


def _keys(contact: Contact) -> frozenset[str]:
    return frozenset(match_key(address) for address in contact.emails)


def _name(contact: Contact) -> str:
    return name_key(contact.given_name, contact.name_prefix, contact.surname) or plain_key(contact.nickname)


def _same_name(one: Contact, other: Contact) -> bool:
    return bool(_name(one)) and _name(one) == _name(other)


def _plainly_different(one: Contact, other: Contact) -> bool:
    """Whether both have a given name and a surname, and neither agrees; an initial agrees with its name."""
    if not (one.given_name and one.surname and other.given_name and other.surname):
        return False
    given = plain_key(one.given_name), plain_key(other.given_name)
    agrees = given[0].startswith(given[1][:1]) and (
        len(given[0]) == 1 or len(given[1]) == 1 or given[0] == given[1]
    )
    return not agrees and plain_key(one.surname) != plain_key(other.surname)


def _phones(contact: Contact) -> frozenset[str]:
    return frozenset((*contact.mobile_phones, *contact.home_phones, *contact.work_phones))


def _same_firm_or_phone(one: Contact, other: Contact) -> bool:
    firms = bool(one.company and other.company) and company_key(one.company) == company_key(other.company)
    return firms or bool(_phones(one) & _phones(other))


def _only_the_name(one: Contact, other: Contact) -> bool:
    """Whether nothing speaks against their being the same: no two addresses, no two firms."""
    addresses = bool(one.emails and other.emails)
    firms = bool(one.company and other.company)
    return not addresses and not firms


def _same_organisation(one: Contact, other: Contact) -> bool:
    if not other.is_organisation:
        return False
    if company_key(one.company) == company_key(other.company) or _keys(one) & _keys(other):
        return True
    return bool(_own_domains(one) & _own_domains(other))


def _own_domains(contact: Contact) -> frozenset[str]:
    domains = {domain_of(address) for address in contact.emails}
    return frozenset(domain for domain in domains if domain and not is_public_domain(domain))
