"""The connectors by name: where each is found, loaded at first use (R90)."""

from collections.abc import Callable
from importlib import import_module
from typing import cast

from crmcorner.mailbox.protocol import Mailbox

_OPENERS = {"graph": "crmcorner.mailbox.graph:open_graph_mailbox"}


class UnknownConnector(LookupError):
    """There is no connector of this name in this installation."""


def opener(name: str) -> Callable[..., Mailbox]:
    """Return the function that opens a mailbox through a connector; its parameters are the connector's own.

    Raises:
        UnknownConnector: there is none of this name.
    """
    try:
        module, function = _OPENERS[name].split(":")
    except KeyError as error:
        raise UnknownConnector(name) from error
    return cast("Callable[..., Mailbox]", getattr(import_module(module), function))
