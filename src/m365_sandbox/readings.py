"""Points that Microsoft's pages leave open, each with its plausible readings.

A client must be right under every reading; tests and the demo switch them at run time.
"""

from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args, get_origin, get_type_hints


@dataclass(frozen=True)
class Readings:
    """How the sandbox behaves where the documentation does not say.

    Attributes:
        if_match: whether `If-Match` on PATCH and DELETE of a contact or event counts.
        conflict_code: the code of the 412 that follows a mismatch.
        category_filter: what `$filter=categories/any(c:c eq '…')` on contacts does; `ignored` answers all.
        category_case: whether upper and lower case make two names in the category list and in that filter.
        duplicate_category: the status for a category that exists.
        default_folder_alias: whether `contactFolders/contacts` is the default folder.
        default_folder_delta: whether `/contacts/delta` (not on Microsoft's pages) works.
        default_folder_in_folder_delta: whether `contactFolders/delta` reports the default folder.
        moved_back_lost: known issue: with immutable ids an item that was moved out of the folder and back
            is reported removed, and then never again.
        home_phones_max: at most so many home phones; 0 sets no limit.
        string_max: at most so many characters in a text property (notes excepted); 0 sets no limit.
        parent_folder_patch: what a PATCH of `parentFolderId` does.
        stamp_null_filter: whether `ep/value ne null` finds every item that has the extended property.
        delta_expand: what `$expand` on a delta call does; extended properties never come either way.
        deleted_still_found: whether GET of a deleted contact still finds it, in Deleted Items.
        extension_changes_item: whether writing an open extension gives the contact a new changeKey.
        birthday_time: the time part that the server gives a birthday; `kept` leaves what was sent.
        display_name_made: whether the server makes `displayName` anew when name parts change without it.
        tidying: whether the server trims single-line texts, writes line ends in notes as CR LF and drops
            addresses that end in a comma.
        empty_text: how a text without a value is answered.
        control_characters: what happens to characters that XML cannot hold, NUL among them.
        delta_page: the page size of a delta without `Prefer: odata.maxpagesize`.
        both_id_forms: whether a path may hold either form of an id, whatever the request's header.
        numbered_email_addresses: whether primary-, secondary- and tertiaryEmailAddress show and set the places
            of `emailAddresses`, or are left out of answers and refused in requests.
        repeated_transaction: what a second POST of an event with the same transactionId answers: 201 with the event
            that is there, or 409.
        transaction_filter: whether `$filter=transactionId eq '…'` on events works.
        event_time_filter: whether `$filter` on start, end, created and changed times of events works.
        silent_event_changes: which changes of one's own meeting mail nobody: categories, reminder, showAs,
            sensitivity and extended properties (`own_fields`), or none at all.
        delete_declines: whether DELETE of an invitation answers the organizer that it is declined.
        occurrence_removal: whether calendarView/delta tells of an occurrence that was taken out of its series, or
            leaves it to be missed.
        calendar_delta_select: what `$select` on calendarView/delta does.
        view_expand: what `$expand` of extended properties on calendarView does.
        all_day_in_other_zone: whether an all-day event that is asked for in another zone than its own is moved off
            midnight, or stays on its days.
        private_mark: whether PidLidPrivate and PidTagSensitivity of an event say the same as `sensitivity`.
        link_fields: whether the fields that link an event to contacts are kept when Graph writes them.
        task_if_match: whether `If-Match` on PATCH and DELETE of a task or list of tasks counts.
        task_time_zone: the zone in which due and other dates of a task are answered: always UTC, or that of
            `Prefer: outlook.timezone`.
        task_parts_change_task: whether writing a step or a link changes the task's ETag and shows in its delta.
        task_links: whether linkedResources come with every task, as in the page's example, or on `$expand` alone.
        task_title_select: what `$select=title` on tasks does.
        task_days: whether a due or start day begins at midnight of the zone in which it was written and is answered as
            that moment (`anchored`, threads 6982 and 8664), or is the same day for everybody (`floating`).
        task_bodies: whether the plain text of a task is answered as it was written, or as HTML.
        mail_category_filter: what `$filter=categories/any(c:c eq '…')` does over the messages of all folders.
        folder_category_filter: what it does over those of one folder.
        mail_category_order: what `$orderby` does together with it.
        mail_filter_refusal: the code with which such a filter or order is refused.
        mail_delta_sparse: whether later rounds of a delta of messages tell a few properties alone, whatever was
            selected (thread 7776).
        sent_mail_patch: what a PATCH of a subject, body or recipient does on a message that is no draft (threads 21616
            and 11012; from 2027 on it needs a right of its own).
        task_text_patch: what a PATCH of a task's body in plain text does ("only HTML type is supported").
    """

    if_match: Literal["honoured", "ignored"] = "honoured"
    conflict_code: Literal["ErrorIrresolvableConflict", "resourceModified"] = "ErrorIrresolvableConflict"
    category_filter: Literal["works", "refused", "ignored"] = "works"
    category_case: Literal["insensitive", "sensitive"] = "insensitive"
    duplicate_category: Literal[409, 400] = 409
    default_folder_alias: bool = False
    default_folder_delta: bool = True
    default_folder_in_folder_delta: bool = False
    moved_back_lost: bool = True
    home_phones_max: int = 2
    string_max: int = 0
    parent_folder_patch: Literal["moves", "ignored", "refused"] = "ignored"
    stamp_null_filter: bool = False
    delta_expand: Literal["refused", "ignored", "fails"] = "refused"
    deleted_still_found: bool = False
    extension_changes_item: bool = True
    birthday_time: Literal["kept", "00:00:00", "11:59:00"] = "11:59:00"
    display_name_made: bool = True
    tidying: bool = True
    empty_text: Literal["null", "empty"] = "null"
    control_characters: Literal["refused", "removed", "kept"] = "refused"
    delta_page: int = 10
    both_id_forms: bool = True
    numbered_email_addresses: Literal["mirror", "absent"] = "mirror"
    repeated_transaction: Literal["same_event", "conflict"] = "same_event"
    transaction_filter: bool = False
    event_time_filter: Literal["works", "refused"] = "works"
    silent_event_changes: Literal["own_fields", "none"] = "own_fields"
    delete_declines: bool = False
    occurrence_removal: Literal["silent", "told"] = "silent"
    calendar_delta_select: Literal["refused", "ignored"] = "refused"
    view_expand: Literal["works", "refused"] = "works"
    all_day_in_other_zone: Literal["shifts", "stays"] = "shifts"
    private_mark: Literal["in_step", "apart"] = "in_step"
    link_fields: Literal["kept", "dropped"] = "kept"
    task_if_match: Literal["honoured", "ignored"] = "honoured"
    task_time_zone: Literal["utc", "preference"] = "utc"
    task_parts_change_task: bool = False
    task_links: Literal["always", "expanded"] = "expanded"
    task_title_select: Literal["works", "refused"] = "refused"
    task_days: Literal["anchored", "floating"] = "anchored"
    task_bodies: Literal["as_written", "html"] = "as_written"
    task_text_patch: Literal["works", "refused"] = "works"
    mail_category_filter: Literal["works", "refused", "ignored"] = "works"
    folder_category_filter: Literal["works", "refused", "ignored"] = "works"
    mail_category_order: Literal["works", "refused", "ignored"] = "works"
    mail_filter_refusal: Literal["InefficientFilter", "ErrorInvalidUrlQueryFilter"] = "InefficientFilter"
    mail_delta_sparse: bool = False
    sent_mail_patch: Literal["refused", "ignored", "applied"] = "refused"


def changed(readings: Readings, settings: dict[str, Any]) -> Readings:
    """The readings with some of them set otherwise.

    Raises:
        ValueError: for a name or value that does not exist; the message names the allowed ones.
    """
    hints = get_type_hints(Readings)
    for name, value in settings.items():
        if name not in hints:
            raise ValueError(f"There is no reading {name}. There are: {', '.join(hints)}.")
        allowed = get_args(hints[name]) if get_origin(hints[name]) is Literal else None
        if allowed is not None and value not in allowed:
            raise ValueError(f"{name} cannot be {value!r}; choose from: {', '.join(map(str, allowed))}.")
        if allowed is None and type(value) is not hints[name]:
            raise ValueError(f"{name} must be of type {hints[name].__name__}, not {value!r}.")
    return replace(readings, **settings)


def as_json(readings: Readings) -> dict[str, Any]:
    """Every reading by its name."""
    return {field.name: getattr(readings, field.name) for field in fields(readings)}
