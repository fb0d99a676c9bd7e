"""R35: what can be done about an address that nobody in the CRM has."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.history.errors import ChangedMeanwhile
from crmcorner.items.email_address import domain_of, is_plausible, is_public_domain, match_key
from crmcorner.items.person_name import name_key, split_surname
from crmcorner.items.records import Contact
from crmcorner.items.text import plain_key, tidy_line
from crmcorner.people.contact_mapping import load
from crmcorner.people.crm_ids import CrmId, crm_id_of
from crmcorner.people.models import EmailAddress, Organisation, Person
from crmcorner.people.permissions import visible_organisations, visible_persons
from crmcorner.people.services.contacts import ContactWrite, save_contacts

MOST = 6
"""Suggestions for one address."""


@dataclass(frozen=True, slots=True)
class NameGuess:
    """What a person is probably called, as the fields of his form."""

    given_name: str
    name_prefix: str
    surname: str


@dataclass(frozen=True, slots=True)
class Suggestions:
    """To whom an address may belong, the likeliest first; the organisations that have its mail domain; a guessed name."""

    persons: list[Person]
    organisations: list[Organisation]
    name: NameGuess


def suggest(user: User, *, email: str, name: str) -> Suggestions:
    """R35: return whose address this may be, by the name beside it and by organisations with its mail domain.

    Args:
        user: who is to choose; he gets only what he sees.
        email: the unknown address.
        name: the display name beside it, or "".
    """
    guess = guess_name(email, name)
    domain = domain_of(email)
    firms = _firms_of(user, domain) if domain and not is_public_domain(domain) else []
    keys = _keys_of(guess)
    named = list(
        visible_persons(user)
        .filter(name_key__in=keys)
        .select_related("organisation")
        .order_by("sort_key", "pk")
    )
    colleagues = visible_persons(user).filter(organisation__in=firms).select_related("organisation")
    if guess.surname:
        # Whoever bears that surname at the firm whose mail domain it is, before all others there.
        likely = colleagues.filter(sort_key__startswith=plain_key(guess.surname))
        named += list(likely.order_by("sort_key", "pk")[:MOST])
    others = list(colleagues.order_by("sort_key", "pk")[:MOST])
    inside = [each for each in named if each.organisation in firms]
    return Suggestions(_each_once([*inside, *named, *others])[:MOST], firms, guess)


def guess_name(email: str, name: str) -> NameGuess:
    """Return a person's name by what stands beside his address, or else by what stands before its ``@``."""
    text = tidy_line(name).strip("'\"")
    if not text or "@" in text:
        local = tidy_line(email).partition("@")[0].partition("+")[0]
        words = [word for word in local.replace("_", ".").split(".") if word.isalpha()]
        if len(words) < 2:
            return NameGuess("", "", words[0].capitalize() if words and len(words[0]) > 2 else "")
        return NameGuess(words[0].capitalize(), " ".join(words[1:-1]), words[-1].capitalize())
    text = text.partition(" (")[0].partition(" | ")[0]
    if "," in text:
        surname, _comma, given = (part.strip() for part in text.partition(","))
    else:
        given, _blank, surname = text.partition(" ")
    prefix, rest = split_surname(surname)
    return NameGuess(given[:100], prefix[:100], rest[:100])


def add_address(*, actor: Actor, crm_id: CrmId, email: str) -> None:
    """R35: give a person or an organisation one more e-mail address; one that it has already changes nothing.

    Raises:
        ValidationError: not an address, or no such record. ChangedMeanwhile: see there.
    """
    address = tidy_line(email)
    if not is_plausible(address):
        raise ValidationError(_("“%(value)s” is not an e-mail address.") % {"value": address[:100]})
    loaded = load([crm_id]).get(crm_id)
    if loaded is None or loaded.row.deleted_at is not None:
        raise ValidationError(_("Choose a person or an organisation."))
    known = loaded.contact.emails
    if match_key(address) in {match_key(each) for each in known}:
        return
    write = ContactWrite(
        crm_id=crm_id,
        contact=Contact(emails=(*known, address)),
        fields=frozenset({"emails"}),
        version=loaded.row.version,
    )
    if save_contacts(actor=actor, writes=[write]) == [None]:
        raise ChangedMeanwhile


def _firms_of(user: User, domain: str) -> list[Organisation]:
    rows = EmailAddress.objects.filter(domain=domain)
    firms = Q(pk__in=rows.values("organisation_id")) | Q(pk__in=rows.values("person__organisation_id"))
    return list(visible_organisations(user).filter(firms).order_by("name_key", "pk")[:MOST])


def _keys_of(guess: NameGuess) -> Collection[str]:
    keys = {name_key(guess.given_name, guess.name_prefix, guess.surname)}
    return {key for key in keys if " " in key}


def _each_once(persons: Iterable[Person]) -> list[Person]:
    return list({crm_id_of(each): each for each in persons}.values())
