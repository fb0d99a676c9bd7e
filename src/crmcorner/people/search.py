"""Finding persons, organisations and groups by what users type: name, address, phone in any notation, city, firm."""

from django.conf import settings
from django.db.models import Q, QuerySet

from crmcorner.accounts.models import User
from crmcorner.items.company_name import company_key
from crmcorner.items.phone import PhoneNotUnderstood, parse_phone
from crmcorner.items.text import plain_key, tidy_line
from crmcorner.people.models import ContactGroup, EmailAddress, Organisation, Person, Phone, PostalAddress
from crmcorner.people.permissions import visible_groups, visible_organisations, visible_persons

PERSON_ORDERS = {"name": "sort_key", "organisation": "organisation__name_key", "owner": "owner__full_name"}
ORGANISATION_ORDERS = {"name": "name_key", "owner": "owner__full_name"}
GROUP_ORDERS = {"name": "name", "main_group": "main_group__name", "owner": "owner__full_name"}


def ordered(sort: str, orders: dict[str, str]) -> list[str]:
    """Return the columns for a sort key of the page, ``-`` before it for the other way; unknown ones mean name."""
    column = orders.get(sort.removeprefix("-"), orders["name"])
    return [f"-{column}" if sort.startswith("-") and sort[1:] in orders else column, "pk"]


def find_persons(
    user: User, text: str = "", *, mine: bool = False, deleted: bool = False
) -> QuerySet[Person]:
    """Return the persons that a user sees and that every word of the text fits."""
    persons = Person.objects.filter(deleted_at__isnull=False) if deleted else visible_persons(user)
    if mine:
        persons = persons.filter(owner=user)
    return persons.filter(_condition(text, "person")).select_related("organisation", "owner")


def find_organisations(
    user: User, text: str = "", *, mine: bool = False, deleted: bool = False
) -> QuerySet[Organisation]:
    """Return the organisations that a user sees and that every word of the text fits."""
    rows = Organisation.objects.filter(deleted_at__isnull=False) if deleted else visible_organisations(user)
    if mine:
        rows = rows.filter(owner=user)
    return rows.filter(_condition(text, "organisation")).select_related("owner")


def find_groups(
    user: User, text: str = "", *, mine: bool = False, deleted: bool = False
) -> QuerySet[ContactGroup]:
    """Return the groups that a user sees whose name has the text (R73)."""
    groups = visible_groups(user, deleted=deleted)
    if mine:
        groups = groups.filter(owner=user)
    words = tidy_line(text).split()
    for word in words:
        groups = groups.filter(name__icontains=word)
    return groups.select_related("main_group", "owner")


def _condition(text: str, holder: str) -> Q:
    """Return a condition for a phone number as a whole, or that every word fits or all of it is a firm's name."""
    text = tidy_line(text)[:200]
    if not text:
        return Q()
    number = _phone(text)
    if number is not None:
        return Q(pk__in=Phone.objects.filter(number).values(f"{holder}_id"))
    every_word = Q()
    for word in text.split()[:8]:
        every_word &= _word(word, holder)
    # Compared as names of firms are (R44), so that "Smit BV" finds "Smit B.V.".
    firm = "name_key" if holder == "organisation" else "organisation__name_key"
    return every_word | Q(**{f"{firm}__contains": company_key(text)})


def _word(word: str, holder: str) -> Q:
    key = plain_key(word)
    condition = Q(pk__in=EmailAddress.objects.filter(address__icontains=word).values(f"{holder}_id"))
    condition |= Q(pk__in=PostalAddress.objects.filter(city__icontains=word).values(f"{holder}_id"))
    if holder == "organisation":
        return condition | Q(name__icontains=word) | (Q(name_key__contains=key) if key else Q())
    condition |= Q(nickname__icontains=word) | Q(middle_name__icontains=word)
    condition |= Q(organisation__name__icontains=word)
    # The whole name as compared: "Berg" finds "van der Berg", and so does "van".
    return condition | Q(name_key__contains=key) if key else condition


def _phone(text: str) -> Q | None:
    """Return the condition for a text that is a phone number, or four or more digits of one; else None."""
    digits = "".join(letter for letter in text if letter.isdecimal())
    if len(digits) < 4 or any(letter.isalpha() for letter in text):
        return None
    try:
        return Q(number__startswith=parse_phone(text, country=settings.FIRM_COUNTRY))
    except PhoneNotUnderstood:
        return Q(number__contains=digits.lstrip("0"))
