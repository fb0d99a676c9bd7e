"""Every setting, declared once: type of value, default, allowed values, scopes, help (R4-R7)."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Flag, auto

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmcorner.items.phone import PhoneNotUnderstood, parse_phone
from crmcorner.items.records import Kind

Text = str | Promise


class Scope(Flag):
    """For whom a value can be set (R3)."""

    ORGANISATION = auto()
    GROUP = auto()
    USER = auto()
    ALL = ORGANISATION | GROUP | USER


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingType:
    """One kind of setting.

    ``parse`` turns what an administrator typed into the stored text, or raises `ValidationError` with what is
    allowed. ``default`` holds when no row is set. ``choices`` are offered by the form; empty means free text.
    """

    name: str
    label: Text
    help: Text
    default: str
    parse: Callable[[str], str]
    choices: tuple[str, ...] = ()
    scopes: Scope = Scope.ALL


def parse_kinds(text: str) -> str:
    """R4: a list of kinds, separated by ``;``, in any case and spacing; in the order of the coupling.

    Raises:
        ValidationError: an unknown word; names it and the allowed ones.
    """
    known = {kind.value.casefold(): kind for kind in Kind}
    words = [word.strip() for word in text.split(";") if word.strip()]
    for word in words:
        if word.casefold() not in known:
            raise ValidationError(
                _("“%(word)s” is not known. Allowed are: %(allowed)s, separated by “;”."),
                params={"word": word, "allowed": "; ".join(kind.value for kind in Kind)},
            )
    wanted = {known[word.casefold()] for word in words}
    return ";".join(kind.value for kind in Kind if kind in wanted)


def kinds_of(value: str) -> tuple[Kind, ...]:
    """Return the kinds that a stored value of ``Outlook_SyncFolders`` switches on."""
    return tuple(Kind(word) for word in value.split(";") if word)


def _one_of(*allowed: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        for choice in allowed:
            if text.strip().casefold() == choice.casefold():
                return choice
        raise ValidationError(
            _("“%(value)s” is not allowed. Choose one of: %(allowed)s."),
            params={"value": text, "allowed": ", ".join(allowed)},
        )

    return parse


def _number(lowest: int, highest: int) -> Callable[[str], str]:
    def parse(text: str) -> str:
        try:
            number = int(text.strip())
        except ValueError:
            number = lowest - 1
        if not lowest <= number <= highest:
            raise ValidationError(
                _("Give a whole number from %(lowest)s to %(highest)s."),
                params={"lowest": lowest, "highest": highest},
            )
        return str(number)

    return parse


def _yes_or_no(text: str) -> str:
    known = {"true": "True", "waar": "True", "ja": "True", "yes": "True", "1": "True"}
    known |= {"false": "False", "onwaar": "False", "nee": "False", "no": "False", "0": "False"}
    found = known.get(text.strip().casefold())
    if found is None:
        raise ValidationError(_("Give True or False."))
    return found


def _folder_name(text: str) -> str:
    name = text.strip().strip("/\\")
    if any(ord(letter) < 32 for letter in name) or ".." in name.replace("\\", "/").split("/"):
        raise ValidationError(_("A folder name has no control characters and no “..”."))
    if len(name) > 200:
        raise ValidationError(_("This is too long."))
    return name


def _mobile(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return parse_phone(text, country=settings.FIRM_COUNTRY)
    except PhoneNotUnderstood as error:
        raise ValidationError(_("“%(value)s” is not a phone number."), params={"value": text}) from error


TYPES: dict[str, SettingType] = {
    kind.name: kind
    for kind in (
        SettingType(
            name="Outlook_SyncFolders",
            label=gettext_lazy("What is kept in step with Outlook"),
            help=gettext_lazy(
                "A list of Contacts, Mail, Calendar and Tasks, separated by “;”. Empty: no coupling."
            ),
            default="",
            parse=parse_kinds,
        ),
        SettingType(
            name="Outlook_ConflictWinner",
            label=gettext_lazy("Who wins a conflict"),
            help=gettext_lazy(
                "When one field was changed in the CRM and in Outlook: crm, outlook, or ask (both stay until the "
                "user decides). The other value is always kept and can be taken instead."
            ),
            default="crm",
            parse=_one_of("crm", "outlook", "ask"),
            choices=("crm", "outlook", "ask"),
        ),
        SettingType(
            name="Outlook_SyncInterval",
            label=gettext_lazy("Minutes between automatic synchronisations"),
            help=gettext_lazy("0: by the button only. At most 1440 (a day)."),
            default="0",
            parse=_number(0, 1_440),
        ),
        SettingType(
            name="Outlook_FullDays",
            label=gettext_lazy("Days between full comparisons"),
            help=gettext_lazy(
                "After so many days the next synchronisation reads everything afresh and compares it, not only what "
                "Outlook reports as changed. 0: only when somebody asks for it."
            ),
            default="1",
            parse=_number(0, 365),
        ),
        SettingType(
            name="Outlook_MailLimit",
            label=gettext_lazy("Mails filed in one synchronisation"),
            help=gettext_lazy("At most so many tagged mails are filed in one run, the oldest first."),
            default="150",
            parse=_number(1, 10_000),
        ),
        SettingType(
            name="Outlook_TaskLists",
            label=gettext_lazy("Task lists of Outlook"),
            help=gettext_lazy(
                "default: the tasks of the default list are kept in step; all: those of every list of the user's."
            ),
            default="default",
            parse=_one_of("default", "all"),
            choices=("default", "all"),
        ),
        SettingType(
            name="OutlookLanguage",
            label=gettext_lazy("Language of the user's Outlook"),
            help=gettext_lazy("NL or US. Needed only where the mailbox itself does not tell its language."),
            default="NL",
            parse=_one_of("NL", "US"),
            choices=("NL", "US"),
        ),
        SettingType(
            name="CRM_MeetingFutureDays",
            label=gettext_lazy("Appointments: days ahead"),
            help=gettext_lazy("Appointments up to so many days from today are kept in step."),
            default="31",
            parse=_number(0, 730),
        ),
        SettingType(
            name="CRM_MeetingPastDays",
            label=gettext_lazy("Appointments: days back"),
            help=gettext_lazy("Appointments from so many days before today are kept in step."),
            default="7",
            parse=_number(0, 730),
        ),
        SettingType(
            name="CRM_TaskFutureDays",
            label=gettext_lazy("Tasks: days ahead"),
            help=gettext_lazy("Tasks that are due up to so many days from today go to Outlook."),
            default="3",
            parse=_number(0, 730),
        ),
        SettingType(
            name="CRM_Webfoldername",
            label=gettext_lazy("Root of the customer folders"),
            help=gettext_lazy(
                "The folder below which each customer's folder lies. Empty: no customer folders."
            ),
            default="",
            parse=_folder_name,
        ),
        SettingType(
            name="CRM_Autocomplete",
            label=gettext_lazy("Type-ahead in pick fields"),
            help=gettext_lazy("True or False: whether pick fields suggest while one types."),
            default="True",
            parse=_yes_or_no,
            choices=("True", "False"),
        ),
        SettingType(
            name="Language",
            label=gettext_lazy("Language of the CRM"),
            help=gettext_lazy("NL or EN."),
            default="NL",
            parse=_one_of("NL", "EN"),
            choices=("NL", "EN"),
        ),
        SettingType(
            name="SMS_Mobilenumber",
            label=gettext_lazy("Mobile number for reminders"),
            help=gettext_lazy("The user's mobile number; only for one user at a time."),
            default="",
            parse=_mobile,
            scopes=Scope.USER,
        ),
    )
}
