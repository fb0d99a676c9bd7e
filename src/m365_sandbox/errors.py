"""The refusals of Graph, as one exception that every layer of the sandbox may raise."""

from collections.abc import Mapping


class GraphError(Exception):
    """A request that Graph refuses: HTTP status, Graph's error code, and a sentence.

    Attributes:
        status: the HTTP status.
        code: the code in the body (Graph: Microsoft Graph error responses and resource types).
        headers: headers that go with it, as Retry-After.
    """

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})


def not_found() -> GraphError:
    """404: no such item."""
    return GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")


def not_modelled(what: str) -> GraphError:
    """501: Graph may know this, the sandbox does not; it never makes up an answer."""
    return GraphError(501, "NotImplemented", f"The sandbox does not model {what}.")


def bad_request(message: str, code: str = "BadRequest") -> GraphError:
    """400 with a code of Graph's."""
    return GraphError(400, code, message)
