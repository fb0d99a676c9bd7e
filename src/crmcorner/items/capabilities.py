"""What one side can hold of a record (R19). The lens (``crmcorner.sync.lens``) cuts by it, connectors declare it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crmcorner.items.records import FieldName, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a mailbox can hold and do.

    ``kinds``: what it carries at all. ``list_limits``: how many entries a list field has room for; a list field that is not named has no limit.
    ``missing``: fields that it does not hold at all; they stay on the CRM's side.
    ``note_length``: characters of a note. ``batch_size``: how many writes `Mailbox.apply` likes at once.
    ``stamps``: whether an item can carry our mark, so that a lost answer can be looked up.
    """

    kinds: frozenset[Kind] = frozenset(Kind)
    list_limits: Mapping[FieldName, int] = field(default_factory=dict)
    missing: frozenset[FieldName] = frozenset()
    note_length: int = 30_000
    batch_size: int = 80
    stamps: bool = True
