"""What happens when."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crmcorner.items.records import ShowAs
from crmcorner.people.models import Organisation, Person

SHOWN_AS = [
    (ShowAs.FREE.value, _("free")),
    (ShowAs.TENTATIVE.value, _("tentative")),
    (ShowAs.BUSY.value, _("busy")),
    (ShowAs.OUT_OF_OFFICE.value, _("out of office")),
    (ShowAs.ELSEWHERE.value, _("working elsewhere")),
]


class Appointment(models.Model):
    """One appointment, or a whole series (R63).

    Times are aware; of an all-day one they are midnight UTC of the days themselves, the end exclusive. ``ends_on`` is
    the last day on which anything of it happens, None for a series without end. ``zone`` is an IANA name. ``reminder``:
    minutes before the start. ``recurrence``, ``cancelled``, ``moved``, ``attendees`` and ``categories`` are those of
    `items.records.Appointment` as JSON. ``other_contacts`` are the names of Outlook's field *Contacts...* that are no
    record of the CRM (R62). ``uid`` is Outlook's number of a meeting (R65). ``private``: others only see that the time
    is taken (R61).
    """

    subject = models.CharField(_("subject"), max_length=255, blank=True)
    note = models.TextField(_("memo"), blank=True)
    location = models.CharField(_("location"), max_length=255, blank=True)
    start = models.DateTimeField(_("start"), db_index=True)
    end = models.DateTimeField(_("end"))
    ends_on = models.DateField(null=True, db_index=True, editable=False)
    all_day = models.BooleanField(_("all day"), default=False)
    zone = models.CharField(_("time zone"), max_length=64, blank=True)
    private = models.BooleanField(_("visible to the owner only"), default=False)
    show_as = models.CharField(_("show as"), max_length=14, choices=SHOWN_AS, default=ShowAs.BUSY.value)
    reminder = models.PositiveIntegerField(_("reminder"), null=True, blank=True)
    categories = models.JSONField(default=list, blank=True)
    other_contacts = models.JSONField(default=list, blank=True, editable=False)
    recurrence = models.JSONField(null=True, blank=True, editable=False)
    cancelled = models.JSONField(default=list, blank=True, editable=False)
    moved = models.JSONField(default=list, blank=True, editable=False)
    attendees = models.JSONField(default=list, blank=True, editable=False)
    organised = models.BooleanField(default=True, editable=False)
    uid = models.CharField(max_length=255, blank=True, db_index=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="appointments",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["start", "pk"]
        indexes = [models.Index(fields=["owner", "start"], name="planning_appointments_of")]

    def __str__(self) -> str:
        return self.subject or str(_("(no subject)"))


class LinkedBy(models.TextChoices):
    """How a person or organisation came to be linked (R62)."""

    CONTACTS = "contacts", _("linked by hand")
    ATTENDEE = "attendee", _("attendee")


class AppointmentLink(models.Model):
    """Whom an appointment is with: one person or one organisation."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="links")
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, blank=True, related_name="appointment_links"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="appointment_links"
    )
    by = models.CharField(max_length=10, choices=LinkedBy.choices, default=LinkedBy.CONTACTS)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True, organisation__isnull=False)
                | Q(person__isnull=False, organisation__isnull=True),
                name="planning_link_one_record",
            ),
            models.UniqueConstraint(fields=["appointment", "person"], name="planning_person_once"),
            models.UniqueConstraint(
                fields=["appointment", "organisation"], name="planning_organisation_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.person or self.organisation)
