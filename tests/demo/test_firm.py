"""The demo firm: invented the same way every time, valid, and with the promised figures."""

import csv
import io

from crmcorner.demo import firm as demo
from crmcorner.demo.mailbox_export import MATCHES, REFUSED_ADDRESSES, michaels_contacts
from crmcorner.items.email_address import match_key
from crmcorner.items.postal_address import validate
from crmcorner.items.records import Contact


def everybody(firm: demo.Firm) -> list[Contact]:
    """Return all that were invented."""
    return [
        *firm.own_organisations,
        *firm.own_persons,
        *firm.colleagues_organisations,
        *firm.colleagues_persons,
        *firm.new_in_outlook,
        *firm.private,
    ]


def test_same_seed_invents_the_same_firm() -> None:
    """The demo is deterministic."""
    assert demo.invent_firm() == demo.invent_firm()


def test_first_synchronisation_looks_at_1180() -> None:
    """R40, R41: in Michael's scope, known elsewhere, asked about and new in Outlook make 1,180 together."""
    firm = demo.invent_firm()
    assert len(firm.own_organisations) + len(firm.own_persons) == demo.OWN_ORGANISATIONS + demo.OWN_PERSONS
    looked_at = demo.IN_SCOPE + demo.KNOWN_ELSEWHERE + demo.NAMESAKES + len(firm.new_in_outlook)
    assert looked_at == demo.LOOKED_AT == 1_180


def test_addresses_are_valid_and_e_mail_addresses_differ() -> None:
    """R45: what the demo firm holds is what the CRM would accept."""
    contacts = everybody(demo.invent_firm())
    addresses = [
        each for contact in contacts for each in (contact.work_address, contact.home_address) if each
    ]
    assert [address for address in addresses if validate(address)] == []
    keys = [match_key(address) for contact in contacts for address in contact.emails]
    assert len(keys) == len(set(keys))


def test_outlook_holds_matches_namesakes_refused_addresses_and_private_contacts() -> None:
    """The mailbox has something of everything that a first synchronisation meets."""
    firm = demo.invent_firm()
    rows = list(csv.DictReader(io.StringIO(michaels_contacts(firm))))
    tagged = [row for row in rows if "CRMcorner" in row["Categories"]]
    expected = MATCHES + demo.NAMESAKES + demo.KNOWN_ELSEWHERE + demo.NEW_IN_OUTLOOK
    assert len(tagged) == expected
    assert len(rows) - len(tagged) == len(firm.private)
    streets = {row["Home Street"] for row in tagged}
    assert {street for street, _city, _code in REFUSED_ADDRESSES} <= streets
