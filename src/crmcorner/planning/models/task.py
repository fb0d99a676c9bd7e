"""What is to be done."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crmcorner.items.records import Priority, TaskStatus
from crmcorner.people.models import Organisation, Person

STATUSES = [
    (TaskStatus.NOT_STARTED.value, _("not started")),
    (TaskStatus.IN_PROGRESS.value, _("in progress")),
    (TaskStatus.WAITING.value, _("waiting for someone else")),
    (TaskStatus.DEFERRED.value, _("deferred")),
    (TaskStatus.COMPLETED.value, _("completed")),
]
PRIORITIES = [
    (Priority.HIGH.value, _("high")),
    (Priority.NORMAL.value, _("normal")),
    (Priority.LOW.value, _("low")),
]


class Task(models.Model):
    """A task of one user (R52).

    Dates know no zone; ``reminder`` is aware. ``recurrence`` is an `items.recurrence.Recurrence` as JSON, None for none.
    ``private``: only its owner sees it. ``deleted_at`` is set while it lies in the bin.
    """

    subject = models.CharField(_("subject"), max_length=255, blank=True)
    note = models.TextField(_("memo"), blank=True)
    start = models.DateField(_("start"), null=True, blank=True)
    due = models.DateField(_("due date"), null=True, blank=True, db_index=True)
    status = models.CharField(
        _("status"), max_length=12, choices=STATUSES, default=TaskStatus.NOT_STARTED.value
    )
    completed_on = models.DateField(_("completed on"), null=True, blank=True)
    priority = models.CharField(
        _("priority"), max_length=6, choices=PRIORITIES, default=Priority.NORMAL.value
    )
    reminder = models.DateTimeField(_("reminder"), null=True, blank=True)
    recurrence = models.JSONField(_("repetition"), null=True, blank=True)
    private = models.BooleanField(_("visible to the owner only"), default=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="tasks",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["due", "pk"]
        indexes = [models.Index(fields=["owner", "status", "due"], name="planning_open_tasks")]

    def __str__(self) -> str:
        return self.subject or str(_("(no subject)"))


class TaskLink(models.Model):
    """Whom a task is about: one person or one organisation."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="links")
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, blank=True, related_name="task_links"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="task_links"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True, organisation__isnull=False)
                | Q(person__isnull=False, organisation__isnull=True),
                name="planning_task_link_one_record",
            ),
            models.UniqueConstraint(fields=["task", "person"], name="planning_task_person_once"),
            models.UniqueConstraint(fields=["task", "organisation"], name="planning_task_organisation_once"),
        ]

    def __str__(self) -> str:
        return str(self.person or self.organisation)
