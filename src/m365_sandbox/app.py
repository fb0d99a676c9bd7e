"""The WSGI application: Entra's token endpoint, Microsoft Graph v1.0, and the sandbox's own doors."""

import re
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from m365_sandbox import admin
from m365_sandbox.errors import GraphError, not_modelled
from m365_sandbox.faults import ConnectionCutError, Fault, Faults
from m365_sandbox.graph import batch
from m365_sandbox.graph.request import Answer, Caller, GraphRequest
from m365_sandbox.graph.service import Lost, Service
from m365_sandbox.limits import Limits
from m365_sandbox.request_log import Entry, RequestLog
from m365_sandbox.sign_in import SignIn
from m365_sandbox.state import State

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_TOKEN = re.compile(r"/(?P<tenant>[^/]+)/oauth2/v2\.0/token")
_NOBODY = Caller("", None, ())


class Sandbox:
    """The application, with handles on all that can be told to it from Python.

    Attributes:
        state: what is remembered, `faults`: trouble on order, `limits`: what is enforced, `log`: what was asked,
        sign_in: tokens. The same can be reached over HTTP under `/_sandbox/` (module `admin`).
    """

    def __init__(
        self,
        state: State,
        *,
        clock: Callable[[], datetime] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        pages: "WSGIApplication | None" = None,
    ) -> None:
        self.state = state
        self.clock = clock or state.clock
        self.faults = Faults()
        self.limits = Limits(self.clock)
        self.log = RequestLog()
        self.sign_in = SignIn(state)
        self._sleep = sleep
        self._pages = pages
        self._service = Service(state, faults=self.faults, limits=self.limits, log=self.log, sleep=sleep)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """WSGI."""
        request = Request(environ)
        path = request.path
        try:
            if path.startswith("/v1.0/"):
                response = self._graph(request)
            elif match := _TOKEN.fullmatch(path):
                response = self._token(request, match["tenant"])
            elif path.startswith("/_sandbox/"):
                response = admin.answer(self, request)
            elif path.startswith("/beta/"):
                response = self._response(self._refused(not_modelled("the beta version of Graph"), request))
            elif self._pages is not None:
                return self._pages(environ, start_response)
            else:
                response = self._response(self._refused(not_modelled(path), request))
        except ConnectionCutError as error:
            # Headers that promise more than will come: whichever server runs this, the client sees a broken answer.
            start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", "1000000")])
            return _broken(error)
        except HTTPException as error:
            return error(environ, start_response)
        return response(environ, start_response)

    def _token(self, request: Request, tenant: str) -> Response:
        fault = self.faults.strike_sign_in(request.path)
        if fault is not None and fault.kind in {"cut", "drop_after"}:
            raise ConnectionCutError("The sandbox was told to break the connection.")
        if fault is not None:
            answer = self.sign_in.unavailable(fault.refusal())
        elif request.method == "POST":
            answer = self.sign_in.answer(tenant, request.form.to_dict(), request.headers.get("Authorization"))
        else:
            answer = Answer(405)
        now = self.clock().isoformat()
        self.log.note_sign_in(Entry(now, "sign_in", request.method, request.path, answer.status))
        return self._response(answer)

    def _graph(self, request: Request) -> Response:
        if self.faults.latency.http:
            self._sleep(self.faults.latency.http / 1000)
        path = request.path.removeprefix("/v1.0")
        is_batch = path == "/$batch"
        graph_request: GraphRequest | None = None
        try:
            graph_request = self._read(request, path)
            if is_batch and request.method != "POST":
                answer = self._refused(GraphError(405, "BadRequest", "A batch is sent with POST."), request)
            elif is_batch:
                answer = self._batch(request, graph_request)
            else:
                found = self._service.answer_together([graph_request])[0]
                answer = Answer(500) if isinstance(found, Lost) else found
        except GraphError as error:
            answer = self._refused(error, request)
            if not is_batch:
                client_id = graph_request.caller.client_id if graph_request else ""
                self._note(request, answer.status, counted=True, client_id=client_id)
        return self._response(answer, request)

    def _read(self, request: Request, path: str) -> GraphRequest:
        """The request to Graph that an HTTP request makes.

        Raises:
            GraphError: 401 without a valid token, 413 when it is too large.
        """
        caller = self.sign_in.caller(request.headers.get("Authorization"))
        most = self.limits.settings.body_bytes
        if most and (request.content_length or 0) > most:
            raise GraphError(413, "RequestEntityTooLarge", f"The request is larger than {most} bytes.")
        return GraphRequest(
            method=request.method,
            path=path,
            query=request.query_string.decode("latin-1"),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=request.get_data(),
            root=f"{request.root_url.rstrip('/')}/v1.0",
            caller=caller,
        )

    def _batch(self, request: Request, envelope: GraphRequest) -> Answer:
        size, status = 0, 0
        try:
            body = envelope.json()
            size = batch.size_of(body)
            fault = self._envelope_fault()
            answer = batch.answer_batch(self._service, envelope)
            if fault is not None and fault.kind == "unavailable_after":
                raise fault.refusal()
            if fault is not None and fault.kind == "drop_after":
                raise ConnectionCutError("The sandbox was told to drop the answer.")
            status = answer.status
        except GraphError as error:
            status = error.status
            raise
        finally:
            self._note(request, status, batch=size, client_id=envelope.caller.client_id)
        return answer

    def _envelope_fault(self) -> Fault | None:
        fault = self.faults.strike("POST", "/$batch")
        if fault is not None and fault.kind in {"throttle", "unavailable", "error"}:
            raise fault.refusal()
        if fault is not None and fault.kind == "cut":
            raise ConnectionCutError("The sandbox was told to break the connection.")
        return fault

    def _note(
        self,
        request: Request,
        status: int,
        *,
        counted: bool = False,
        batch: int | None = None,
        client_id: str = "",
    ) -> None:
        query = request.query_string.decode("latin-1")
        target = request.path.removeprefix("/v1.0") + (f"?{query}" if query else "")
        now = self.clock().isoformat()
        entry = Entry(now, "http", request.method, target, status, batch=batch, client_id=client_id or None)
        self.log.add(entry, counted=counted)

    def _refused(self, error: GraphError, request: Request) -> Answer:
        body = self._service.error_body(error, request.headers.get("client-request-id"))
        return Answer(error.status, body, error.headers)

    def _response(self, answer: Answer, request: Request | None = None) -> Response:
        body = answer.body
        content = msgspec.json.encode(body) if isinstance(body, dict) else body or b""
        response = Response(content, status=answer.status, headers=dict(answer.headers))
        if body is None:
            response.headers.pop("Content-Type", None)
        elif isinstance(body, dict):
            metadata = "minimal"
            if request is not None and "odata.metadata=none" in request.headers.get("Accept", "").replace(
                " ", ""
            ):
                metadata = "none"
            response.content_type = f"application/json; odata.metadata={metadata}; charset=utf-8"
        else:
            response.content_type = answer.content_type
        if request is not None:
            response.headers["request-id"] = self.state.ids.guid()
            response.headers["OData-Version"] = "4.0"
            if client := request.headers.get("client-request-id"):
                response.headers["client-request-id"] = client
        return response


def create_app(
    state: State,
    *,
    clock: Callable[[], datetime] | None = None,
    sleep: Callable[[float], None] = time.sleep,
    pages: "WSGIApplication | None" = None,
) -> Sandbox:
    """The WSGI application over a state.

    Args:
        state: the mailboxes.
        clock: for limits and the log; the state's own when None.
        sleep: waits so many seconds (latency); a test hands in its own.
        pages: the application for every other address, the pages that show a mailbox as Outlook would.
    """
    return Sandbox(state, clock=clock, sleep=sleep, pages=pages)


def _broken(error: ConnectionCutError) -> Iterator[bytes]:
    yield b""
    raise error
