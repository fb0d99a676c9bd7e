"""The sandbox as a transport for httpx2: no port, no thread, and broken connections look as they do on a network."""

import httpx2

from m365_sandbox.app import Sandbox
from m365_sandbox.faults import ConnectionCutError


class SandboxTransport(httpx2.BaseTransport):
    """Hands every request of a client to the application.

        httpx2.Client(transport=SandboxTransport(app))

    A connection that the sandbox was told to break raises `httpx2.ReadError`, as a real one would.
    """

    def __init__(self, app: Sandbox) -> None:
        self._wsgi = httpx2.WSGITransport(app=app)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer one request."""
        try:
            return self._wsgi.handle_request(request)
        except ConnectionCutError as error:
            raise httpx2.ReadError(str(error), request=request) from error
