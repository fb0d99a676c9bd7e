"""Who acts: every writing service is told."""

from dataclasses import dataclass

from crmcorner.accounts.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A user, by himself or through a run of his mailbox.

    ``user`` is None for the command line and the first set-up, which may do everything. ``connection`` and ``run``
    are ids of ``outlook``, set when a run acts for him. ``source``: ``web``, ``sync``, ``import`` or ``command``.
    """

    user: User | None
    source: str = "web"
    connection: int | None = None
    run: int | None = None

    @property
    def user_id(self) -> int | None:
        """The user's id, for the history."""
        return self.user.pk if self.user else None

    @property
    def may_administer(self) -> bool:
        """R1: whether he may do what administrators do."""
        return self.user is None or self.user.is_administrator


COMMAND = Actor(user=None, source="command")
