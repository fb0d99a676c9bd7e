"""Codes of the engine and of runs as sentences in the reader's language, each with the page that mends it (R13)."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from crmcorner.items.phone import format_phone
from crmcorner.items.postal_address import AddressProblem, PostalAddress, street_line
from crmcorner.items.records import Attendee, FieldName, Kind, Priority, ShowAs, TaskStatus
from crmcorner.items.recurrence import Moved, Recurrence
from crmcorner.outlook import stored
from crmcorner.outlook.models.run import NOT_CARRIED, RunProblem
from crmcorner.outlook.services import balance
from crmcorner.outlook.services.runs import Hindrance
from crmcorner.outlook.services.standing import State
from crmcorner.people.validation import ADDRESS_SENTENCES
from crmcorner.sync.plan import DELETION
from crmcorner.sync.reasons import ReasonCode
from crmcorner.sync.report import Outcome

Text = str | Promise


class Mend(StrEnum):
    """Where something is mended: the name of a URL. Those of a record take its ``crm_id``."""

    MATTERS = "outlook:matters"
    FIELDS = "outlook:mend"
    """The record's form, with Outlook's text filled in (R45)."""
    PUT_BACK = "outlook:put-back"
    NOT_FOUND = "mail:not-found-list"
    """R35: the tray of mails without a known address."""
    STATUS = "outlook:status"
    MAILBOXES = "outlook:connection-list"
    SETTINGS = "preferences:setting-list"


OUTCOMES: Mapping[Outcome, Text] = {
    Outcome.UNCHANGED: _("unchanged"),
    Outcome.CREATED: _("created"),
    Outcome.CHANGED: _("changed"),
    Outcome.WITHDRAWN: _("taken out of Outlook"),
    Outcome.RESTED: _("at rest"),
    Outcome.WAITING: _("waiting"),
    Outcome.SKIPPED: _("skipped"),
    Outcome.FAILED: _("failed"),
}

REASONS: Mapping[ReasonCode, Text] = {
    ReasonCode.UNCHANGED: _("Both sides say the same."),
    ReasonCode.SEVERAL_MATCH: _("It looks like more than one record of the CRM: choose who is meant."),
    ReasonCode.DUPLICATE: _(
        "It looks like a record that is in step with another contact of this Outlook: choose what it is."
    ),
    ReasonCode.WAITS_FOR_CHOICE: _(
        "An Outlook contact may be this one: it goes to Outlook once you have chosen who is meant."
    ),
    ReasonCode.NO_NAME: _("The contact has no name, company or e-mail address: give it one in Outlook."),
    ReasonCode.ADDRESS_REFUSED: _("Outlook's address is not one that the CRM can hold."),
    ReasonCode.PHONE_REFUSED: _("Outlook's phone number is not one that the CRM can hold."),
    ReasonCode.VALUE_REFUSED: _("Outlook's text is not one that the CRM can hold."),
    ReasonCode.REMOVED_IN_OUTLOOK: _("It was deleted in Outlook; the CRM keeps it."),
    ReasonCode.CATEGORY_REMOVED: _("The category CRMcorner was taken off in Outlook; the CRM keeps it."),
    ReasonCode.OUT_OF_SCOPE: _("It no longer belongs in this Outlook: another owner, or out of the group."),
    ReasonCode.DELETED_IN_CRM: _("It was deleted in the CRM."),
    ReasonCode.CONFLICT_OPEN: _("A field was changed on both sides: decide which value holds."),
    ReasonCode.WOULD_MAIL: _("Outlook would mail the attendees of this meeting: decide whether it may."),
    ReasonCode.HELD_BACK: _("The synchronisation would have taken many items away: decide whether it may."),
    ReasonCode.ADDRESS_UNKNOWN: _(
        "Nobody in the CRM has an address of this mail: it waits under Not Found until someone has."
    ),
    ReasonCode.CHANGED_MEANWHILE: _(
        "It was changed while it was being written; the next synchronisation looks at it again."
    ),
    ReasonCode.GONE: _("It disappeared while it was being written; the next synchronisation looks again."),
    ReasonCode.INVALID: _("Outlook refused a value: change it in the CRM."),
    ReasonCode.TOO_LARGE: _("It is too large for Outlook: shorten it in the CRM."),
    ReasonCode.READ_ONLY: _("Outlook does not let the CRM write there: ask your administrator."),
    ReasonCode.BUSY: _("Outlook asked to wait; the next synchronisation goes on."),
    ReasonCode.NOT_CONFIRMED: _(
        "Outlook did not answer; the next synchronisation finds out whether it was written."
    ),
    ReasonCode.NOT_ALLOWED: _("You may not change this record in the CRM: ask its owner."),
    ReasonCode.FAILED: _(
        "Something unexpected happened; it is tried again. Tell your administrator if it stays."
    ),
}

BALANCE: Mapping[str, Text] = {
    balance.IN_STEP: _("in step"),
    balance.RESTING: _("removed from Outlook or out of scope"),
    balance.WAITING: _("waiting for you"),
    balance.SKIPPED: _("skipped"),
    balance.FAILED: _("failed"),
    balance.MISSING: _("unaccounted for"),
}
"""R83: what became of all that is in scope."""

REASON_MENDS: Mapping[ReasonCode, Mend] = {
    ReasonCode.SEVERAL_MATCH: Mend.MATTERS,
    ReasonCode.DUPLICATE: Mend.MATTERS,
    ReasonCode.WAITS_FOR_CHOICE: Mend.MATTERS,
    ReasonCode.CONFLICT_OPEN: Mend.MATTERS,
    ReasonCode.WOULD_MAIL: Mend.MATTERS,
    ReasonCode.HELD_BACK: Mend.MATTERS,
    ReasonCode.ADDRESS_UNKNOWN: Mend.NOT_FOUND,
    ReasonCode.ADDRESS_REFUSED: Mend.FIELDS,
    ReasonCode.PHONE_REFUSED: Mend.FIELDS,
    ReasonCode.VALUE_REFUSED: Mend.FIELDS,
    ReasonCode.INVALID: Mend.FIELDS,
    ReasonCode.TOO_LARGE: Mend.FIELDS,
    ReasonCode.REMOVED_IN_OUTLOOK: Mend.PUT_BACK,
    ReasonCode.CATEGORY_REMOVED: Mend.PUT_BACK,
}

PROBLEMS: Mapping[RunProblem, Text] = {
    RunProblem.SIGN_IN: _("Microsoft asks you to sign in again: connect your mailbox again."),
    RunProblem.ADMINISTRATOR: _(
        "Microsoft asks for the administrator's consent, or the application's secret has expired."
    ),
    RunProblem.THROTTLED: _("Outlook asked to wait; the synchronisation goes on by itself after that."),
    RunProblem.UNREACHABLE: _("Outlook could not be reached: try again later."),
    RunProblem.NOT_UNDERSTOOD: _("Outlook gave an answer that was not understood: tell your administrator."),
    RunProblem.REPLACED: _(
        "This is another mailbox than before, so nothing was written. An administrator decides what to do."
    ),
    RunProblem.BUSY: _("Another program is working on this mailbox: try again in a few minutes."),
    RunProblem.SECRET_LOST: _(
        "The mailbox's secret cannot be read with the present keys: an administrator enters it again."
    ),
    RunProblem.INTERRUPTED: _("The synchronisation was interrupted; the next one goes on from there."),
    RunProblem.UNEXPECTED: _("Something unexpected happened; what was done stays. Tell your administrator."),
}

PROBLEM_MENDS: Mapping[RunProblem, Mend] = {
    RunProblem.SIGN_IN: Mend.MAILBOXES,
    RunProblem.ADMINISTRATOR: Mend.MAILBOXES,
    RunProblem.REPLACED: Mend.MAILBOXES,
    RunProblem.SECRET_LOST: Mend.MAILBOXES,
}

HINDRANCES: Mapping[Hindrance, Text] = {
    Hindrance.NOT_ALLOWED: _("This is another user's mailbox."),
    Hindrance.COUPLING_OFF: _(
        "The coupling with Outlook is off: an administrator switches it on with the setting Outlook_SyncFolders."
    ),
    Hindrance.NO_MAILBOX: _("No mailbox is connected yet: an administrator connects one under Mailboxes."),
    Hindrance.KIND_OFF: _("This kind is not switched on by the setting Outlook_SyncFolders."),
    Hindrance.NO_KIND: _("Tick at least one kind."),
    Hindrance.REPLACED: PROBLEMS[RunProblem.REPLACED],
}

HINDRANCE_MENDS: Mapping[Hindrance, Mend] = {
    Hindrance.COUPLING_OFF: Mend.SETTINGS,
    Hindrance.KIND_OFF: Mend.SETTINGS,
    Hindrance.NO_MAILBOX: Mend.MAILBOXES,
    Hindrance.REPLACED: Mend.MAILBOXES,
}

STATES: Mapping[State, tuple[Text, Text]] = {
    State.IN_STEP: (_("in step"), _("It is kept in step with your Outlook.")),
    State.FAILED: (_("failed"), _("It could not be synchronised; the next synchronisation tries again.")),
    State.TO_COME: (_("on its way"), _("The next synchronisation brings it to your Outlook.")),
    State.TO_RETURN: (_("on its way"), _("The next synchronisation puts it back in your Outlook.")),
    State.ASKED: (_("waiting"), REASONS[ReasonCode.WAITS_FOR_CHOICE]),
    State.REMOVED: (_("removed from your Outlook"), REASONS[ReasonCode.REMOVED_IN_OUTLOOK]),
    State.UNTAGGED: (_("removed from your Outlook"), REASONS[ReasonCode.CATEGORY_REMOVED]),
    State.WITHDRAWN: (_("taken out of Outlook"), REASONS[ReasonCode.OUT_OF_SCOPE]),
    State.NOT_YET: (
        _("not in your Outlook"),
        _("It goes to your Outlook when its date comes within the days that are kept in step."),
    ),
    State.NOT_MEANT: (
        _("not in your Outlook"),
        _("Only what you own and the members of your Outlook groups go to your Outlook."),
    ),
}
"""What stands on the chip, and the sentence beside it."""

PHASES: Mapping[str, Text] = {
    "recovering": _("finding out what the last run left open"),
    "reading": _("reading Outlook"),
    "checking": _("asking for single contacts"),
    "comparing": _("comparing with the CRM"),
    "writing": _("writing to Outlook"),
    "filing": _("filing mails"),
    NOT_CARRIED: _("not available for this mailbox"),
}
"""The engine's words for what it is doing (`CrmStore.progress`)."""

KINDS: Mapping[Kind, Text] = {
    Kind.MAIL: _("E-mail"),
    Kind.CONTACTS: _("Contacts"),
    Kind.TASKS: _("Tasks"),
    Kind.CALENDAR: _("Appointments"),
}

FIELDS: Mapping[FieldName, Text] = {
    "title": _("title"),
    "initials": _("initials"),
    "given_name": _("given name"),
    "middle_name": _("middle name"),
    "name_prefix": _("prefix"),
    "surname": _("surname"),
    "suffix": _("suffix"),
    "nickname": _("nickname"),
    "company": _("organisation"),
    "department": _("department"),
    "job_title": _("job title"),
    "profession": _("profession"),
    "emails": _("e-mail addresses"),
    "work_phones": _("phone (work)"),
    "home_phones": _("phone (home)"),
    "mobile_phones": _("mobile phone"),
    "other_phones": _("other phone"),
    "work_faxes": _("fax (work)"),
    "home_faxes": _("fax (home)"),
    "work_address": _("visiting address"),
    "home_address": _("home address"),
    "other_address": _("postal or other address"),
    "website": _("website"),
    "birthday": _("birthday"),
    "note": _("memo"),
    "subject": _("subject"),
    "start": _("start"),
    "due": _("due date"),
    "status": _("status"),
    "completed_on": _("completed on"),
    "priority": _("priority"),
    "reminder": _("reminder"),
    "recurrence": _("repetition"),
    "location": _("location"),
    "end": _("end"),
    "all_day": _("all day"),
    "zone": _("time zone"),
    "private": _("private"),
    "show_as": _("show as"),
    "categories": _("categories"),
    "contacts": _("linked contacts"),
    "cancelled": _("cancelled occurrences"),
    "moved": _("changed occurrences"),
    "attendees": _("attendees"),
    "organised": _("own meeting"),
    "uid": _("meeting number"),
    "category": _("category"),
    "filed_under": _("filed under"),
    DELETION: _("deletion"),
}

WORDS: Mapping[StrEnum, Text] = {
    TaskStatus.NOT_STARTED: _("not started"),
    TaskStatus.IN_PROGRESS: _("in progress"),
    TaskStatus.WAITING: _("waiting for someone else"),
    TaskStatus.DEFERRED: _("deferred"),
    TaskStatus.COMPLETED: _("completed"),
    Priority.LOW: _("low"),
    Priority.NORMAL: _("normal"),
    Priority.HIGH: _("high"),
    ShowAs.FREE: _("free"),
    ShowAs.TENTATIVE: _("tentative"),
    ShowAs.BUSY: _("busy"),
    ShowAs.OUT_OF_OFFICE: _("out of office"),
    ShowAs.ELSEWHERE: _("working elsewhere"),
}
"""The values of those fields that have a closed list of them."""


def reason_text(code: str, facts: Mapping[str, str]) -> str:
    """Return the sentence of a reason, with Outlook's own text where that is what is wrong (R45)."""
    reason = ReasonCode(code)
    parts = [str(REASONS[reason])]
    detail = facts.get("detail", "")
    if reason is ReasonCode.ADDRESS_REFUSED and detail in set(AddressProblem):
        parts.append(str(ADDRESS_SENTENCES[AddressProblem(detail)]))
    if facts.get("field") in FIELDS:
        parts.append(f"({FIELDS[facts['field']]})")
    if facts.get("text"):
        parts.append(f"“{facts['text']}”")
    return " ".join(parts)


def value_text(kind: Kind, name: FieldName, value: Any) -> str:
    """Return a stored value of a field (`stored.plain`) as people read it; "" for an empty one.

    Phones are in the firm's notation (R46), dates in the reader's. A text that is no value of the field is shown as
    it is: Outlook's, which the CRM could not understand.
    """
    if not value:
        return ""
    try:
        typed = stored.field_value(kind, name, value)
    except stored.NotReadable:
        return str(value)
    if isinstance(typed, tuple):
        is_phone = name.endswith(("phones", "faxes"))
        country = settings.FIRM_COUNTRY
        return ", ".join(format_phone(each, country=country) if is_phone else _one(each) for each in typed)
    return _one(typed)


def _one(value: Any) -> str:
    """Return one value as people read it; dates and times in the reader's zone and notation."""
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(value)
    return str(value)


def _address(address: PostalAddress) -> str:
    place = " ".join(part for part in (address.postal_code, address.city) if part)
    lines = (address.extra, street_line(address), place, address.region, address.country)
    return ", ".join(line for line in lines if line)


def _moment(moment: datetime) -> str:
    return date_format(localtime(moment), "SHORT_DATETIME_FORMAT")


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


_WRITERS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (bool, lambda _true: str(_("yes"))),
    (StrEnum, lambda word: str(WORDS[word])),
    (PostalAddress, _address),
    (datetime, _moment),
    (date, _day),
    (Recurrence, lambda rule: str(_("repeats, from %(date)s") % {"date": _day(rule.first)})),
    (Attendee, lambda attendee: attendee.name or attendee.email),
    (Moved, lambda moved: f"{_day(moved.original)}: {_moment(moved.start)}"),
)
"""How values are written, the more particular type first."""
