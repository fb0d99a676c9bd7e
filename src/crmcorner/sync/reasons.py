"""Why something was skipped, refused or left as it is: codes and facts, no prose.

The sentence and the button for each code are made in ``crmcorner.outlook`` in the user's language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ReasonCode(StrEnum):
    """The closed list of reasons."""

    UNCHANGED = "unchanged"
    """Both sides say what was last agreed."""
    SEVERAL_MATCH = "several-match"
    """R44: more than one CRM record could be meant; facts: candidates."""
    DUPLICATE = "duplicate"
    """The record that it matches is already in step with another Outlook contact; facts: crm_id, item_id."""
    WAITS_FOR_CHOICE = "waits-for-choice"
    """The record is a candidate of an open question and is not created in Outlook before it is answered."""
    NO_NAME = "no-name"
    """The Outlook contact has no name, company or e-mail address."""
    ADDRESS_REFUSED = "address-refused"
    """R45; facts: text, detail (an ``AddressProblem``)."""
    PHONE_REFUSED = "phone-refused"
    """R46; facts: text."""
    VALUE_REFUSED = "value-refused"
    """A value that the CRM cannot hold (too long, impossible date); facts: text, detail."""
    REMOVED_IN_OUTLOOK = "removed-in-outlook"
    """R42: deleted in Outlook; the link rests."""
    CATEGORY_REMOVED = "category-removed"
    """R43: the category was taken off in Outlook; the link rests."""
    OUT_OF_SCOPE = "out-of-scope"
    """R43: the record left this user's scope."""
    DELETED_IN_CRM = "deleted-in-crm"
    """R42: the record was deleted in the CRM."""
    CONFLICT_OPEN = "conflict-open"
    """R18 with `ask`: both values stand until the user decides."""
    WOULD_MAIL = "would-mail"
    """R85: Outlook would write to the attendees; waits until the owner has confirmed; facts: attendees."""
    HELD_BACK = "held-back"
    """R84: the run would have taken away many items; waits for a person; facts: why (another code)."""
    ADDRESS_UNKNOWN = "address-unknown"
    """R34: nobody in the CRM has an address of this mail; facts: text (the addresses)."""
    CHANGED_MEANWHILE = "changed-meanwhile"
    """It changed while it was being written; the next run looks again."""
    GONE = "gone"
    """It disappeared while it was being written."""
    INVALID = "invalid"
    """Outlook refused a value; facts: field, detail."""
    TOO_LARGE = "too-large"
    """Outlook refused it for its size."""
    READ_ONLY = "read-only"
    """The mailbox does not let us write there."""
    BUSY = "busy"
    """Outlook asked us to wait; the next run goes on."""
    NOT_CONFIRMED = "not-confirmed"
    """Outlook did not answer; the next run finds out whether the write took effect."""
    NOT_ALLOWED = "not-allowed"
    """The user of this mailbox may not change this record in the CRM."""
    FAILED = "failed"
    """Something unexpected; the log has more under the run's number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A code with the facts that decided."""

    code: ReasonCode
    facts: Mapping[str, str] = field(default_factory=dict)
