"""What setting types accept (R4-R7)."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from crmcorner.items.records import Kind
from crmcorner.preferences.types import TYPES, Scope, kinds_of, parse_kinds


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("", ""),
        ("   ", ""),
        (";;", ""),
        ("Contacts", "Contacts"),
        ("contacts;MAIL", "Contacts;Mail"),
        ("Tasks;Contacts", "Contacts;Tasks"),
        (" Contacts ; ; mail;", "Contacts;Mail"),
        ("Contacts;contacts", "Contacts"),
        ("contacts;mail;calendar;tasks", "Contacts;Mail;Calendar;Tasks"),
    ],
)
def test_sync_folders_are_read_whatever_their_case_and_spacing(text: str, stored: str) -> None:
    """R4: known words are accepted whatever the case, with spaces, doubled and trailing semicolons."""
    assert parse_kinds(text) == stored
    assert parse_kinds(stored) == stored


@pytest.mark.parametrize("text", ["Contcts", "Contacts;Agenda", "Contacts,Mail", "Contacts\x00", "📇"])
def test_an_unknown_word_is_named_with_the_allowed_ones(text: str) -> None:
    """R4: an unknown word is refused with a message that names it and the allowed ones."""
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        parse_kinds(text)
    (message,) = refused.value.messages
    assert text.rpartition(";")[2] in message
    for kind in Kind:
        assert kind.value in message


def test_absent_or_empty_is_no_coupling() -> None:
    """R4: absent or empty: no coupling."""
    assert kinds_of(TYPES["Outlook_SyncFolders"].default) == ()
    assert kinds_of("Contacts;Tasks") == (Kind.CONTACTS, Kind.TASKS)


@pytest.mark.parametrize(
    ("name", "default"),
    [
        ("Outlook_SyncFolders", ""),
        ("OutlookLanguage", "NL"),
        ("CRM_MeetingFutureDays", "31"),
        ("CRM_TaskFutureDays", "3"),
        ("CRM_Webfoldername", ""),
        ("CRM_Autocomplete", "True"),
        ("Language", "NL"),
        ("SMS_Mobilenumber", ""),
        ("Outlook_MailLimit", "150"),
        ("CRM_MeetingPastDays", "7"),
        ("Outlook_SyncInterval", "0"),
        ("Outlook_ConflictWinner", "crm"),
        ("Outlook_TaskLists", "default"),
    ],
)
def test_every_type_of_the_specification_has_its_default(name: str, default: str) -> None:
    """R5, R6, R7: the types and their defaults."""
    assert TYPES[name].default == default


@pytest.mark.parametrize("kind", TYPES.values(), ids=list(TYPES))
def test_defaults_and_choices_are_valid_themselves(kind: object) -> None:
    """R7: what a type offers, it accepts; and it explains itself."""
    assert isinstance(kind, type(TYPES["Language"]))
    assert kind.parse(kind.default) == kind.default
    assert [kind.parse(choice.upper()) for choice in kind.choices] == list(kind.choices)
    assert str(kind.label)
    assert str(kind.help)


@pytest.mark.parametrize(
    ("name", "text", "stored"),
    [
        ("OutlookLanguage", " us ", "US"),
        ("Outlook_ConflictWinner", "ASK", "ask"),
        ("Outlook_MailLimit", " 150 ", "150"),
        ("Outlook_MailLimit", "0150", "150"),
        ("CRM_Autocomplete", "nee", "False"),
        ("CRM_Webfoldername", "/klanten/", "klanten"),
        ("SMS_Mobilenumber", "06 - 12 34 56 78", "+31612345678"),
        ("SMS_Mobilenumber", "", ""),
    ],
)
def test_values_are_stored_in_one_notation(name: str, text: str, stored: str) -> None:
    """R7: the add form validates the value and stores it normalised."""
    assert TYPES[name].parse(text) == stored


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("OutlookLanguage", "DE"),
        ("OutlookLanguage", ""),
        ("Outlook_ConflictWinner", "newest"),
        ("Outlook_MailLimit", "0"),
        ("Outlook_MailLimit", "lots"),
        ("Outlook_MailLimit", "1e9"),
        ("Outlook_SyncInterval", "-5"),
        ("Outlook_SyncInterval", "1441"),
        ("CRM_MeetingFutureDays", ""),
        ("CRM_TaskFutureDays", "3.5"),
        ("CRM_Webfoldername", "../etc"),
        ("CRM_Webfoldername", "klan\x00ten"),
        ("CRM_Webfoldername", "k" * 201),
        ("CRM_Autocomplete", "maybe"),
        ("SMS_Mobilenumber", "ext. 12"),
    ],
)
def test_wrong_values_are_refused(name: str, text: str) -> None:
    """R7: a wrong value gives a clear message."""
    with pytest.raises(ValidationError) as refused:
        TYPES[name].parse(text)
    assert refused.value.messages[0]


def test_the_mobile_number_is_for_one_user() -> None:
    """R6: `SMS_Mobilenumber` is a user's own number; everything else can be set for all."""
    assert TYPES["SMS_Mobilenumber"].scopes == Scope.USER
    assert all(kind.scopes == Scope.ALL for name, kind in TYPES.items() if name != "SMS_Mobilenumber")
