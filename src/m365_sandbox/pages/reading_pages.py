"""The points that Microsoft's pages leave open, and how the sandbox reads each; the same as `/_sandbox/readings`."""

from dataclasses import dataclass
from typing import Any, get_args, get_origin, get_type_hints

from werkzeug.wrappers import Response

from m365_sandbox.pages.page import Page
from m365_sandbox.readings import Readings, as_json, changed
from m365_sandbox.wording import Said

_MOST = 1_000_000
TEXTS = {
    "if_match": "If-Match on a change or deletion of a contact",
    "conflict_code": "The code of the answer when a version does not match",
    "category_filter": "A filter on categories",
    "category_case": "Capitals in names of categories",
    "duplicate_category": "The status for a category that exists",
    "default_folder_alias": "contactFolders/contacts is the default folder",
    "default_folder_delta": "The default folder has a delta of its own",
    "default_folder_in_folder_delta": "The delta of folders tells of the default folder",
    "moved_back_lost": "An item that was moved out and back is never told of again",
    "home_phones_max": "At most so many home phones (0: no limit)",
    "string_max": "At most so many characters in a text (0: no limit)",
    "parent_folder_patch": "A change of parentFolderId",
    "stamp_null_filter": "A filter for any value of an extended property finds it",
    "delta_expand": "$expand on a delta",
    "deleted_still_found": "A deleted contact is still found, in Deleted Items",
    "extension_changes_item": "Writing an open extension changes the contact's version",
    "birthday_time": "The time of a birthday",
    "display_name_made": "The display name is made anew when its parts change",
    "tidying": "Texts are trimmed, line ends made CR LF",
    "empty_text": "A text without a value",
    "control_characters": "Control characters",
    "delta_page": "Items on a page of a delta, when nothing is asked",
    "both_id_forms": "Both forms of an id are found",
    "numbered_email_addresses": "primaryEmailAddress and the others",
    "repeated_transaction": "A second event with the same transactionId",
    "transaction_filter": "A filter on transactionId finds the event",
    "event_time_filter": "A filter on the times of events",
    "silent_event_changes": "Changes of a meeting that are mailed to nobody",
    "delete_declines": "Deleting an invitation tells the organizer that it is declined",
    "occurrence_removal": "An occurrence taken out of its series, in the delta of the calendar",
    "calendar_delta_select": "$select on the delta of the calendar",
    "view_expand": "$expand of extended properties on the view of the calendar",
    "all_day_in_other_zone": "All-day events asked for in another time zone",
    "private_mark": "The private mark of an event and its sensitivity",
    "link_fields": "Fields that link an event to contacts",
    "task_if_match": "If-Match on a change or deletion of a task",
    "task_time_zone": "The time zone of a task's dates",
    "task_parts_change_task": "Writing a step or link of a task changes the task's version",
    "task_links": "Links of a task",
    "task_title_select": "$select=title on tasks",
    "task_days": "The day on which a task is due",
    "task_bodies": "A note of a task in plain text",
    "task_text_patch": "A change of a task's note in plain text",
    "mail_category_filter": "A filter on categories over the mail of all folders",
    "folder_category_filter": "A filter on categories over the mail of one folder",
    "mail_category_order": "An order together with a filter on categories of mail",
    "mail_filter_refusal": "The code with which such a filter or order is refused",
    "mail_delta_sparse": "Later rounds of a delta of mail tell a few properties alone",
    "sent_mail_patch": "A change of the subject, text or people of a mail that is no draft",
}
WORDS = {
    "honoured": "counts", "ignored": "is ignored", "works": "works", "refused": "is refused", "fails": "fails",
    "insensitive": "do not matter", "sensitive": "make another name", "moves": "moves the contact", "kept": "kept",
    "removed": "are taken out", "null": "comes as null", "empty": "comes empty",
    "same_event": "answers the first one", "conflict": "is a conflict", "own_fields": "categories, reminder and the like",
    "none": "none", "silent": "is not told of", "told": "is told of", "shifts": "move off midnight",
    "stays": "stay on their days", "in_step": "say the same", "apart": "are kept apart", "dropped": "are dropped",
    "mirror": "mirror emailAddresses", "absent": "do not exist", "utc": "is always UTC", "preference": "is the one that the request prefers",
    "always": "always come", "expanded": "come on $expand alone",
    "anchored": "is a moment, which other zones see on another day", "floating": "is the same day in every zone",
    "applied": "takes effect", "as_written": "comes as it was written", "html": "comes as HTML", "True": "Yes", "False": "No",
}  # fmt: skip


@dataclass(frozen=True)
class Point:
    """An open point on the page: its name and text, how it is read now, and the choices; none for a number."""

    name: str
    text: str
    value: str
    choices: tuple[tuple[str, str], ...]


def readings(page: Page, problem: Said | None = None) -> Response:
    """Every open point with its reading."""
    now = as_json(page.sandbox.state.readings)
    points = []
    for name, text in TEXTS.items():
        choices = tuple((str(each), WORDS.get(str(each), str(each))) for each in _choices(name))
        points.append(Point(name, text, str(now[name]), choices))
    return page.show("readings.html", 400 if problem else 200, points=points, problem=problem)


def set_readings(page: Page) -> Response:
    """Read the points as the form says; those that it leaves out stay."""
    form = page.request.form
    wanted: dict[str, Any] = {}
    for name in TEXTS:
        if name not in form:
            continue
        choices = {str(each): each for each in _choices(name)}
        text = form[name].strip()
        if text not in choices and (choices or not _is_number(text, least=name == "delta_page")):
            return readings(page, Said("{name} cannot be {value}.", name=name, value=text))
        wanted[name] = choices[text] if choices else int(text)
    page.sandbox.state.readings = changed(page.sandbox.state.readings, wanted)
    return page.go("readings")


def _is_number(text: str, *, least: int) -> bool:
    return text.isdecimal() and least <= int(text) <= _MOST


def _choices(name: str) -> tuple[Any, ...]:
    """What a point can be; nothing for a number."""
    hint = get_type_hints(Readings)[name]
    if hint is bool:
        return (True, False)
    return get_args(hint) if get_origin(hint) is not None else ()
