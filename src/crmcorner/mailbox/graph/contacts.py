"""A contact of Graph as a record of ours.

Source: Graph: contact resource type; physicalAddress; emailAddress. Texts that are absent come as null or "".
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec

from crmcorner.items.changes import Unread, Upserted
from crmcorner.items.country import country_of
from crmcorner.items.email_address import is_plausible
from crmcorner.items.person_name import from_outlook, split_surname
from crmcorner.items.phone import PhoneNotUnderstood, parse_phone
from crmcorner.items.postal_address import AddressRefused, PostalAddress, parse_address
from crmcorner.items.records import Contact, FieldName
from crmcorner.items.text import tidy_line, tidy_text
from crmcorner.mailbox.graph.stamp import ExtendedProperty, stamp_in

LINE_LENGTH = 255
"""Characters of a text of one line that the CRM holds; Outlook's own form cuts there too."""

PHONE_REFUSED = "phone-refused"
ADDRESS_REFUSED = "address-refused"
VALUE_REFUSED = "value-refused"

_YEAR_UNKNOWN = 1604
"""The year by which Apple's and Microsoft's programs say that only the day is known."""

_NO_DATE_YEARS = frozenset({1, 4501})
"""Years by which .NET and Outlook write "none"."""


class EmailEntry(msgspec.Struct):
    """Graph: emailAddress. The name is the directory's affair and is not read."""

    address: str | None = None


class AddressBoxes(msgspec.Struct, rename="camel"):
    """Graph: physicalAddress."""

    street: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country_or_region: str | None = None


class GraphContact(msgspec.Struct, rename="camel"):
    """Graph: contact, as far as it is read; of a removed one there is no more than the id."""

    id: str
    etag: str = msgspec.field(name="@odata.etag", default="")
    removed: dict[str, object] | None = msgspec.field(name="@removed", default=None)
    change_key: str | None = None
    parent_folder_id: str | None = None
    created_date_time: str | None = None
    display_name: str | None = None
    title: str | None = None
    initials: str | None = None
    given_name: str | None = None
    middle_name: str | None = None
    surname: str | None = None
    generation: str | None = None
    nick_name: str | None = None
    company_name: str | None = None
    department: str | None = None
    job_title: str | None = None
    profession: str | None = None
    business_home_page: str | None = None
    birthday: str | None = None
    personal_notes: str | None = None
    mobile_phone: str | None = None
    email_addresses: list[EmailEntry | None] | None = None
    business_phones: list[str] | None = None
    home_phones: list[str] | None = None
    categories: list[str] | None = None
    business_address: AddressBoxes | None = None
    home_address: AddressBoxes | None = None
    other_address: AddressBoxes | None = None
    single_value_extended_properties: list[ExtendedProperty] | None = None

    @property
    def version(self) -> str:
        """The mark of its state: the ETag, which for Outlook's items holds the changeKey."""
        return self.etag or f'W/"{self.change_key or ""}"'


def upserted(item: GraphContact, *, country: str, stamp: str = "") -> Upserted:
    """Return what a contact of Graph says, in the terms of the CRM.

    ``country`` (ISO 3166) is the firm's: phones and addresses that name none are read in it (R45, R46). ``stamp``
    is our mark where it is known otherwise than from the item.
    """
    reading = _Reading(country)
    contact = reading.contact(item)
    return Upserted(
        item_id=item.id,
        version=item.version,
        content=contact,
        categories=tuple(item.categories or ()),
        unread=reading.unread,
        stamp=stamp or stamp_in(item.single_value_extended_properties),
        folder=item.parent_folder_id or "",
    )


class _Reading:
    """Reads one contact and collects what could not be understood."""

    def __init__(self, country: str) -> None:
        self.unread: dict[FieldName, Unread] = {}
        self._country = country
        self._abroad: tuple[str, ...] = ()

    def contact(self, item: GraphContact) -> Contact:
        self._abroad = _countries_named(item.business_address, item.home_address, item.other_address)
        given, middle, prefix, surname = self._name(item)
        return Contact(
            title=self._line("title", item.title),
            initials=self._line("initials", item.initials),
            given_name=given,
            middle_name=middle,
            name_prefix=prefix,
            surname=surname,
            suffix=self._line("suffix", item.generation),
            nickname=self._line("nickname", item.nick_name),
            company=self._line("company", item.company_name),
            department=self._line("department", item.department),
            job_title=self._line("job_title", item.job_title),
            profession=self._line("profession", item.profession),
            emails=self._emails(item.email_addresses or ()),
            work_phones=self._phones("work_phones", item.business_phones or ()),
            home_phones=self._phones("home_phones", item.home_phones or ()),
            mobile_phones=self._phones("mobile_phones", (item.mobile_phone or "",)),
            work_address=self._address("work_address", item.business_address),
            home_address=self._address("home_address", item.home_address),
            other_address=self._address("other_address", item.other_address),
            website=self._line("website", item.business_home_page),
            birthday=self._birthday(item.birthday),
            note=tidy_text(item.personal_notes or ""),
        )

    def _line(self, name: FieldName, text: str | None) -> str:
        if not text:
            return ""
        tidy = tidy_line(text)
        if len(tidy) > LINE_LENGTH:
            self._refuse(name, text, VALUE_REFUSED, "too-long")
            return ""
        return tidy

    def _refuse(self, name: FieldName, text: str, reason: str, detail: str = "") -> None:
        self.unread[name] = Unread(text=text, reason=reason, detail=detail)

    def _name(self, item: GraphContact) -> tuple[str, str, str, str]:
        """Return given name, middle name, prefix and surname (R47)."""
        given = self._line("given_name", item.given_name)
        middle = self._line("middle_name", item.middle_name)
        surname = self._line("surname", item.surname)
        if "surname" in self.unread:
            # They are one box of Outlook's.
            self.unread["name_prefix"] = self.unread["surname"]
        if not (given or middle or surname or self.unread) and not self._is_named_otherwise(item):
            given, surname = self._from_display_name(item.display_name or "")
        return from_outlook(given, middle, surname)

    @staticmethod
    def _is_named_otherwise(item: GraphContact) -> bool:
        """With a company and no name of a person it is an organisation (R44)."""
        others = (item.company_name, item.nick_name, item.initials)
        return any(text and text.strip() for text in others)

    def _from_display_name(self, text: str) -> tuple[str, str]:
        """Return given name and surname out of one text; numbers and addresses are no names."""
        tidy = self._line("surname", text)
        if "@" in tidy or not any(letter.isalpha() for letter in tidy):
            return "", ""
        before, comma, after = tidy.partition(",")
        if comma and before.strip() and after.strip():
            return after.strip(), before.strip()
        words = tidy.split()
        for place in range(1, len(words)):
            if split_surname(" ".join(words[place:]))[0]:
                return " ".join(words[:place]), " ".join(words[place:])
        return (" ".join(words[:-1]), words[-1]) if len(words) > 1 else (tidy, "")

    def _emails(self, entries: Sequence[EmailEntry | None]) -> tuple[str, ...]:
        """Return the addresses, trimmed and in lower case, each once (R33)."""
        texts = [entry.address for entry in entries if entry and entry.address and entry.address.strip()]
        addresses = [text.strip().lower() for text in texts]
        wrong = next((each for each in addresses if len(each) > LINE_LENGTH or not is_plausible(each)), None)
        if wrong is not None:
            self._refuse("emails", "\n".join(texts), VALUE_REFUSED, "email")
            return ()
        return tuple(dict.fromkeys(addresses))

    def _phones(self, name: FieldName, texts: Sequence[str]) -> tuple[str, ...]:
        """Return the numbers in canonical form (R46): dialled in the firm's country, else in those of the addresses.

        If one of them is not understood, none is taken: a list of which a part is missing would be written back
        short.
        """
        found = []
        for text in texts:
            if not text or not text.strip():
                continue
            try:
                found.append(parse_phone(text, country=self._country, also=self._abroad))
            except PhoneNotUnderstood:
                self._refuse(name, "\n".join(texts), PHONE_REFUSED, text)
                return ()
        return tuple(dict.fromkeys(found))

    def _address(self, name: FieldName, boxes: AddressBoxes | None) -> PostalAddress | None:
        """Return the address, or None if there is none or if it is not strict enough (R45)."""
        if boxes is None or not _all_lines(boxes):
            return None
        try:
            return parse_address(
                street=boxes.street or "",
                city=boxes.city or "",
                region=boxes.state or "",
                postal_code=boxes.postal_code or "",
                country_text=boxes.country_or_region or "",
                default_country=self._country,
            )
        except AddressRefused as refusal:
            self._refuse(name, _all_lines(boxes), ADDRESS_REFUSED, refusal.reason)
            return None

    def _birthday(self, text: str | None) -> date | None:
        if not text:
            return None
        day = read_birthday(text)
        if day is None or day.year == _YEAR_UNKNOWN:
            self._refuse("birthday", text, VALUE_REFUSED, "year-unknown" if day else "date")
            return None
        return None if day.year in _NO_DATE_YEARS else day


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_birthday(text: str) -> date | None:
    """Return the day that a birthday names, or None if it names none.

    Graph gives a moment in UTC and does not say which. Usual are midnight and 11:59 of the day itself. Programs
    that stored midnight of their own time zone left an evening of the day before, east of Greenwich, or a morning
    of the day itself, west of it: past noon the day is the next one.
    """
    found = _DAY.match(text)
    if found is None:
        return None
    try:
        if len(text) == found.end():
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
        evening = (moment.hour, moment.minute, moment.second) > (12, 0, 0)
        return moment.date() + timedelta(days=1) if evening else moment.date()
    except (ValueError, OverflowError):
        return None


def _countries_named(*addresses: AddressBoxes | None) -> tuple[str, ...]:
    """Return the countries that a contact's addresses name, each once."""
    named = (country_of(boxes.country_or_region or "") for boxes in addresses if boxes)
    return tuple(dict.fromkeys(country for country in named if country))


def _all_lines(boxes: AddressBoxes) -> str:
    texts = (boxes.street, boxes.postal_code, boxes.city, boxes.state, boxes.country_or_region)
    return "\n".join(text.strip() for text in texts if text and text.strip())


FIELD_OF_PROPERTY: Mapping[str, FieldName] = {
    "title": "title",
    "initials": "initials",
    "givenname": "given_name",
    "middlename": "middle_name",
    "surname": "surname",
    "generation": "suffix",
    "nickname": "nickname",
    "companyname": "company",
    "department": "department",
    "jobtitle": "job_title",
    "profession": "profession",
    "emailaddresses": "emails",
    "businessphones": "work_phones",
    "homephones": "home_phones",
    "mobilephone": "mobile_phones",
    "businessaddress": "work_address",
    "homeaddress": "home_address",
    "otheraddress": "other_address",
    "businesshomepage": "website",
    "birthday": "birthday",
    "personalnotes": "note",
}
"""Graph's properties in lower case, and the field that each belongs to: refusals name the former."""
