"""The forms of tasks and appointments. What is valid is decided by the services; these only parse."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crmcorner.accounts.models import User
from crmcorner.items.records import Appointment, Priority, ShowAs, Task, TaskStatus
from crmcorner.items.recurrence import Moved
from crmcorner.people.crm_ids import CrmId
from crmcorner.people.forms import StyledForm, model_field, users_who_may_own
from crmcorner.planning.models.appointment import SHOWN_AS
from crmcorner.planning.models.task import PRIORITIES, STATUSES
from crmcorner.planning.people_field import PeopleField
from crmcorner.planning.recurrence_form import RecurrenceForm
from crmcorner.planning.validation import known_day

_WIDE = forms.Textarea(attrs={"rows": 4})


def _day_widget() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class OwnedForm(StyledForm):
    """What both forms end with: whom it is about, whose it is, who sees it, memo."""

    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), required=False)
    private = forms.BooleanField(label=_("Visible to the owner only"), required=False)
    memo = forms.CharField(label=_("Memo"), required=False, widget=_WIDE)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_field(self, "owner").queryset = users_who_may_own()
        self.fields["people"] = PeopleField(
            user=user,
            label=_("Persons and organisations"),
            required=False,
            help_text=_("One on each line; begin to type on the line below."),
        )
        self.order_fields([name for name in self.fields if name != "memo"])

    def people(self) -> Collection[CrmId]:
        """Return whom the form names."""
        found: Collection[CrmId] = self.cleaned_data["people"]
        return found


class TaskForm(OwnedForm):
    """A task (R52). That only its owner sees it is the CRM's: To Do knows no private tasks."""

    subject = forms.CharField(label=_("Subject"), max_length=255)
    start = forms.DateField(label=_("Start"), required=False, widget=_day_widget(), validators=[known_day])
    due = forms.DateField(label=_("Due date"), required=False, widget=_day_widget(), validators=[known_day])
    status = forms.ChoiceField(label=_("Status"), choices=STATUSES)
    priority = forms.ChoiceField(label=_("Priority"), choices=PRIORITIES)
    reminder = forms.DateTimeField(
        label=_("Reminder"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        validators=[known_day],
    )
    field_order = ("version", "subject", "start", "due", "status", "priority", "reminder")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["private"].help_text = _("Colleagues do not see this task.")

    def clean(self) -> dict[str, Any]:
        """Refuse a due date before the start."""
        given = super().clean() or {}
        start, due = given.get("start"), given.get("due")
        if start and due and due < start:
            self.add_error("due", ValidationError(_("The due date lies before the start.")))
        return given

    def content(self, before: Task) -> Task:
        """Return the task that the form says; its repetition is Outlook's to change."""
        given = self.cleaned_data
        status = TaskStatus(given["status"])
        completed = before.completed_on or timezone.localdate()
        return Task(
            subject=given["subject"],
            note=given["memo"],
            start=given["start"],
            due=given["due"],
            status=status,
            completed_on=completed if status is TaskStatus.COMPLETED else None,
            priority=Priority(given["priority"]),
            reminder=given["reminder"].astimezone(UTC) if given["reminder"] else None,
            recurrence=before.recurrence,
        )


class TimesForm(StyledForm):
    """What something is called, where it is and from when to when."""

    subject = forms.CharField(label=_("Subject"), max_length=255)
    location = forms.CharField(label=_("Location"), max_length=255, required=False)
    first_day = forms.DateField(label=_("Begins on"), widget=_day_widget(), validators=[known_day])
    begins = forms.TimeField(
        label=_("Begins at"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    last_day = forms.DateField(label=_("Ends on"), widget=_day_widget(), validators=[known_day])
    ends = forms.TimeField(
        label=_("Ends at"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    def whole_days(self) -> bool:
        """Whether it is about whole days."""
        return bool(self.cleaned_data.get("all_day"))

    def clean(self) -> dict[str, Any]:
        """Refuse what has no time, or ends before it begins."""
        given = super().clean() or {}
        if not given.get("first_day") or not given.get("last_day"):
            return given
        if not self.whole_days():
            for name in ("begins", "ends"):
                if given.get(name) is None and name not in self.errors:
                    self.add_error(name, ValidationError(_("Fill in a time, or tick “All day”.")))
        if not self.errors and self.end() < self.start():
            self.add_error("last_day", ValidationError(_("The end lies before the start.")))
        return given

    def start(self) -> datetime:
        """Return when it begins, aware, in UTC; of whole days midnight UTC."""
        return self._moment(self.cleaned_data["first_day"], self.cleaned_data.get("begins"))

    def end(self) -> datetime:
        """Return when it ends, aware, in UTC, exclusive."""
        day: date = self.cleaned_data["last_day"]
        if self.whole_days():
            return datetime.combine(day, time(), UTC) + timedelta(days=1)
        return self._moment(day, self.cleaned_data.get("ends"))

    def _moment(self, day: date, at: time | None) -> datetime:
        if self.whole_days():
            return datetime.combine(day, time(), UTC)
        return datetime.combine(day, at or time(), timezone.get_current_timezone()).astimezone(UTC)


class OccurrenceForm(TimesForm):
    """One occurrence of a series (R63): what it may have of its own."""

    def __init__(self, *args: Any, whole_days: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._whole_days = whole_days
        if whole_days:
            for name in ("begins", "ends"):
                del self.fields[name]

    def whole_days(self) -> bool:
        """Whether its series is about whole days."""
        return self._whole_days

    def occurrence(self, original: date) -> Moved:
        """Return the occurrence that the form says."""
        given = self.cleaned_data
        return Moved(
            original=original,
            subject=given["subject"],
            location=given["location"],
            start=self.start(),
            end=self.end(),
        )


class AppointmentForm(TimesForm, RecurrenceForm, OwnedForm):
    """An appointment, or a whole series (R63)."""

    all_day = forms.BooleanField(label=_("All day"), required=False)
    show_as = forms.ChoiceField(label=_("Show as"), choices=SHOWN_AS)
    reminder = forms.IntegerField(
        label=_("Reminder, minutes before"), required=False, min_value=0, max_value=60 * 24 * 28
    )
    field_order = (
        "version", "subject", "location", "first_day", "begins", "last_day", "ends", "all_day", "show_as", "reminder",
        "repeats",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["private"].help_text = _(
            "In Outlook: private. Colleagues see that the time is taken, and no more."
        )

    def content(self, before: Appointment) -> Appointment:
        """Return the appointment that the form says."""
        given = self.cleaned_data
        old = before.recurrence
        return Appointment(
            subject=given["subject"],
            note=given["memo"],
            location=given["location"],
            start=self.start(),
            end=self.end(),
            all_day=given["all_day"],
            zone="" if given["all_day"] else before.zone or timezone.get_current_timezone_name(),
            private=given["private"],
            show_as=ShowAs(given["show_as"]),
            reminder=given["reminder"],
            recurrence=self.rule(given["first_day"], old.first_weekday if old else 0),
        )
