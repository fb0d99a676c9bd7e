"""The settings that decide, as one value."""

from dataclasses import dataclass
from enum import StrEnum

from crmcorner.items.capabilities import Capabilities


class Winner(StrEnum):
    """Who wins when one field was changed on both sides to different values (R18, `Outlook_ConflictWinner`)."""

    CRM = "crm"
    OUTLOOK = "outlook"
    ASK = "ask"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the engine needs to know besides the data: who wins, what the mailbox can hold."""

    winner: Winner
    can: Capabilities
