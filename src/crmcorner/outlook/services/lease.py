"""The lease on a mailbox: one worker at a time, refereed by the database (R15, R17).

Claimed by a conditional UPDATE whose number of rows tells who got it. ``fence`` rises with each new holder; every
settling transaction checks it, so that a worker that was thought dead cannot store anything any more. The clock is
the database's own, never that of a worker's machine.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Now

from crmcorner.outlook import worker_identity
from crmcorner.outlook.models import Connection
from crmcorner.sync.store import LeaseLost

TERM = timedelta(minutes=5)
"""How long a lease lasts unless renewed: longer than any one call to a mailbox may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to work on one mailbox."""

    connection_id: int
    owner: str
    fence: int

    def renew(self) -> None:
        """Make it last a full term again. In a transaction it also keeps others out until the commit.

        Raises:
            LeaseLost: another worker has it.
        """
        if not self._rows().update(lease_until=_in_a_term()):
            raise LeaseLost

    def release(self) -> None:
        """Give it back; harmless if it is lost already."""
        self._rows().update(lease_owner="", lease_until=None)

    def _rows(self) -> QuerySet[Connection]:
        return Connection.objects.filter(pk=self.connection_id, lease_owner=self.owner, fence=self.fence)


def claim(connection_id: int) -> Lease | None:
    """Take the lease if nobody has it, it has run out, or its holder is surely dead; else None."""
    owner = worker_identity.new_name()
    holder = Connection.objects.values_list("lease_owner", flat=True).get(pk=connection_id)
    free = Q(lease_owner="") | Q(lease_until__isnull=True) | Q(lease_until__lt=Now())
    if worker_identity.is_surely_dead(holder):
        free |= Q(lease_owner=holder)
    taken = Connection.objects.filter(free, pk=connection_id).update(
        lease_owner=owner, lease_until=_in_a_term(), fence=F("fence") + 1
    )
    if not taken:
        return None
    fence = Connection.objects.values_list("fence", flat=True).get(pk=connection_id, lease_owner=owner)
    return Lease(connection_id=connection_id, owner=owner, fence=fence)


def is_held(connection_id: int) -> bool:
    """Whether a worker that may be alive has the lease."""
    holders = Connection.objects.filter(pk=connection_id, lease_until__gte=Now()).exclude(lease_owner="")
    holder = holders.values_list("lease_owner", flat=True).first()
    return holder is not None and not worker_identity.is_surely_dead(holder)


def _in_a_term() -> Combinable:
    return ExpressionWrapper(Now() + TERM, output_field=DateTimeField())
