"""Synchronisations, and what came of every item."""

from enum import StrEnum

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crmcorner.items.records import Kind
from crmcorner.outlook.models.connection import Connection
from crmcorner.sync.report import Outcome


class RunState(models.TextChoices):
    """How a run stands."""

    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    STOPPED = "stopped", _("stopped")
    WAITING = "waiting", _("waiting for Outlook")
    FAILED = "failed", _("failed")
    INTERRUPTED = "interrupted", _("interrupted")


class RunProblem(StrEnum):
    """What ended a run early; the sentence and the way out are made in ``crmcorner.outlook.wording``."""

    SIGN_IN = "sign-in"
    ADMINISTRATOR = "administrator"
    THROTTLED = "throttled"
    UNREACHABLE = "unreachable"
    NOT_UNDERSTOOD = "not-understood"
    REPLACED = "replaced"
    BUSY = "busy"
    """Another worker holds the mailbox."""
    SECRET_LOST = "secret-lost"  # noqa: S105 - the name of a state
    INTERRUPTED = "interrupted"
    """The worker died, or the server was stopped."""
    UNEXPECTED = "unexpected"


class Trigger(models.TextChoices):
    """What started a run (R15)."""

    BUTTON = "button", _("button")
    COMMAND = "command", _("command line")
    SCHEDULE = "schedule", _("schedule")


NOT_CARRIED = "not-carried"
"""The phase of a kind that the mailbox's connector does not carry: it took no part in the run."""


class Run(models.Model):
    """One synchronisation of one mailbox.

    ``problem`` is a `RunProblem`, what ended it early; ``problem_detail`` is for administrators. ``resume_at`` is
    when a run that waits for Outlook may go on. ``full``: everything was asked to be read afresh and compared (R83).
    ``preview``: nothing was written, the lines say what would have been (R80).
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="runs")
    trigger = models.CharField(max_length=10, choices=Trigger.choices)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    state = models.CharField(max_length=12, choices=RunState.choices, default=RunState.QUEUED)
    stop_requested = models.BooleanField(default=False)
    full = models.BooleanField(default=False)
    preview = models.BooleanField(default=False)
    problem = models.CharField(max_length=40, blank=True)
    problem_detail = models.CharField(max_length=500, blank=True)
    queued_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    resume_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["connection"],
                condition=models.Q(state__in=["queued", "running"]),
                name="outlook_one_run_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.connection} {self.pk}"


class RunKind(models.Model):
    """One kind's part in a run: how far it is (R12).

    What was looked at and needs no line of its own is counted once the kind is ``finished``: ``unchanged`` are links
    in step that neither side had touched, ``waiting`` are contacts that were asked about before and are not
    answered yet, with the records that could be meant and are held back for that long; of mails, those without a known
    address (R35) and the ``left`` ones: marked, and beyond what one run takes (R31).
    ``balance``: R83: see `services.balance`; empty where only what changed was read.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="kinds")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in Kind])
    phase = models.CharField(max_length=30, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)
    finished = models.BooleanField(default=False)
    balance = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "kind"], name="outlook_run_kind_once")]

    def __str__(self) -> str:
        return f"{self.run} {self.kind}"


class RunLine(models.Model):
    """What became of one item (R13). Figures are computed from these rows.

    ``changes``: list of ``{field, direction, old, new}``; ``conflicts`` and ``problems`` likewise; ``reason`` a code
    with ``facts``. The sentence is made when it is shown, in the reader's language.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="lines")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in Kind])
    label = models.CharField(max_length=255, blank=True)
    outcome = models.CharField(max_length=12, choices=[(outcome.value, outcome.value) for outcome in Outcome])
    crm_id = models.CharField(max_length=64, blank=True)
    item_id = models.CharField(max_length=512, blank=True)
    changes = models.JSONField(default=list)
    conflicts = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    reason = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(default=dict)
    is_change = models.BooleanField(default=False)
    is_error = models.BooleanField(default=False)
    to_outlook = models.BooleanField(default=False)
    to_crm = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["run", "kind", "is_error", "is_change"], name="outlook_lines_of_run")]

    def __str__(self) -> str:
        return f"{self.label}: {self.outcome}"
