"""The service behind Graph: who may ask what, limits, trouble, and the answer of the endpoint."""

import time
from collections.abc import Callable, Sequence

import msgspec

from m365_sandbox.errors import GraphError
from m365_sandbox.faults import ConnectionCutError, Fault, Faults
from m365_sandbox.graph import routes
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.request import Answer, GraphRequest
from m365_sandbox.limits import Key, Limits
from m365_sandbox.request_log import Entry, RequestLog
from m365_sandbox.state import State
from m365_sandbox.store.records import JsonObject, Mailbox, stamp


class Service:
    """Answers requests, up to four at once as a batch sends them."""

    def __init__(
        self,
        state: State,
        *,
        faults: Faults,
        limits: Limits,
        log: RequestLog,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.state = state
        self.faults = faults
        self.limits = limits
        self.log = log
        self.sleep = sleep

    def answer_together(
        self, requests: Sequence[GraphRequest], *, batched: bool = False
    ) -> "list[Answer | Lost]":
        """Answer requests that run at the same time: together they wait once for the service.

        Args:
            requests: what is asked at once.
            batched: whether they come in a batch; a lost answer is then marked, not raised.

        Raises:
            ConnectionCutError: when a fault breaks the connection and the request came on its own.
        """
        running = [_Running(self, request) for request in requests]
        try:
            if self.faults.latency.service and any(each.key for each in running):
                self.sleep(self.faults.latency.service / 1000)
            answers = [each.finish() for each in running]
        finally:
            for each in running:
                if each.key is not None:
                    self.limits.leave(each.key)
        for each, answer in zip(running, answers, strict=True):
            self._note(each, answer, batched=batched)
        if not batched and any(isinstance(answer, Lost) for answer in answers):
            raise ConnectionCutError("The sandbox was told to break the connection.")
        return answers

    def find_mailbox(self, request: GraphRequest, target: routes.Target) -> Mailbox:
        """The mailbox that a request is about, when the caller may reach it.

        Raises:
            GraphError: 400 for `me` without a signed-in user, 403 without the right, 404 for no such user.
        """
        caller = request.caller
        if target.user is None:
            if caller.mailbox is None:
                raise GraphError(
                    400, "BadRequest", "/me request is only valid with delegated authentication flow."
                )
            mailbox = caller.mailbox
        else:
            found = self.state.directory.find(target.user)
            if found is None:
                raise GraphError(
                    404,
                    "Request_ResourceNotFound",
                    f"Resource '{target.user}' does not exist or one of its queried reference-property objects are "
                    "not present.",
                )
            mailbox = found
        if (caller.mailbox is not None and caller.mailbox.n != mailbox.n) or not target.allowed_by(
            caller.scope, request.method
        ):
            raise GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
        if not self.state.directory.has_consent(caller.client_id, mailbox.n):
            raise GraphError(403, "ErrorAccessDenied", "Access to OData is disabled.")
        return mailbox

    def error_body(self, error: GraphError, client_request_id: str | None) -> JsonObject:
        """The body of a refusal (Graph: Microsoft Graph error responses)."""
        request_id = self.state.ids.guid()
        inner = {
            "date": stamp(self.state.clock()).removesuffix("Z"),
            "request-id": request_id,
            "client-request-id": client_request_id or request_id,
        }
        return {"error": {"code": error.code, "message": error.message, "innerError": inner}}

    def refused(self, error: GraphError, request: GraphRequest) -> Answer:
        """The answer that a refusal makes."""
        return Answer(
            error.status, self.error_body(error, request.headers.get("client-request-id")), error.headers
        )

    def _note(self, running: "_Running", answer: "Answer | Lost", *, batched: bool) -> None:
        request = running.request
        self.log.add(
            Entry(
                time=self.state.clock().isoformat(),
                kind="inner" if batched else "http",
                method=request.method,
                target=request.target,
                status=answer.status,
                mailbox=running.mailbox.address if running.mailbox else None,
                client_id=request.caller.client_id,
            ),
            counted=True,
        )


class Lost:
    """An answer that never reaches the client.

    Attributes:
        reason: the fault's kind: `cut` (nothing was done), `drop_after` (it was), `missing_answer` (it was, and the
            rest of the batch is answered).
        status: what the answer would have been; 0 when nothing was done.
    """

    failed = False

    def __init__(self, reason: str, status: int) -> None:
        self.reason = reason
        self.status = status


class _Running:
    """A request from its admission to its answer."""

    def __init__(self, service: Service, request: GraphRequest) -> None:
        self.request = request
        self.mailbox: Mailbox | None = None
        self.key: Key | None = None
        self._service = service
        self._refusal: GraphError | None = None
        self._target: routes.Target | None = None
        self._fault: Fault | None = None
        try:
            self._admit()
        except GraphError as error:
            self._refusal = error

    def _admit(self) -> None:
        service, request = self._service, self.request
        self._target = routes.find(request.method, request.path)
        self.mailbox = service.find_mailbox(request, self._target)
        self._fault = service.faults.strike(request.method, request.target)
        key = (request.caller.client_id, self.mailbox.id)
        service.limits.enter(key, _upload_size(request))
        self.key = key
        if self._fault is not None and self._fault.kind in {"throttle", "unavailable", "error"}:
            raise self._fault.refusal()

    def finish(self) -> "Answer | Lost":
        service, fault = self._service, self._fault
        if fault is not None and fault.kind == "cut" and self._refusal is None:
            return Lost("cut", 0)
        answer = self._answer()
        if fault is None or self._refusal is not None:
            return answer
        if fault.kind == "unavailable_after":
            return service.refused(fault.refusal(), self.request)
        return Lost(fault.kind, answer.status) if fault.kind in {"drop_after", "missing_answer"} else answer

    def _answer(self) -> Answer:
        service = self._service
        if self._refusal is not None or self._target is None or self.mailbox is None:
            return service.refused(
                self._refusal or GraphError(400, "BadRequest", "Bad request."), self.request
            )
        # The service took its time; what others changed meanwhile counts.
        mailbox = service.state.directory.by_number(self.mailbox.n)
        call = Call(service.state, service.faults, self.request, mailbox)
        try:
            return self._target(call)
        except GraphError as error:
            return service.refused(error, self.request)


def _upload_size(request: GraphRequest) -> int:
    if request.method not in {"PATCH", "POST", "PUT"} or request.body is None:
        return 0
    return len(request.body if isinstance(request.body, bytes) else msgspec.json.encode(request.body))
