"""The reference connector, over dictionaries: the engine's test bed and the simplest reading of the protocol."""

from crmcorner.mailbox.memory.mailbox import MemoryMailbox

__all__ = ["MemoryMailbox"]
