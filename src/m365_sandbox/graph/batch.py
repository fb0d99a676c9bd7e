"""$batch (Graph: Combine multiple HTTP requests using JSON batching; OData JSON Format 4.01, section 19)."""

import base64
import binascii
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from m365_sandbox.errors import GraphError, bad_request
from m365_sandbox.faults import ConnectionCutError
from m365_sandbox.graph.request import Answer, GraphRequest, split_target
from m365_sandbox.graph.service import Lost, Service
from m365_sandbox.store.records import JsonObject

SIZE_MAX = 20
# The Outlook service is sent four requests of a batch at a time (Graph: Throttling limits, Outlook service).
AT_ONCE = 4
_METHODS = {"GET", "POST", "PATCH", "PUT", "DELETE", "HEAD"}


@dataclass(frozen=True)
class Step:
    """One request of a batch."""

    id: str
    request: GraphRequest
    depends_on: tuple[str, ...]


def size_of(body: JsonObject) -> int:
    """How many requests a batch carries, as far as it can be read."""
    requests = body.get("requests")
    return len(requests) if isinstance(requests, list) else 0


def answer_batch(service: Service, envelope: GraphRequest) -> Answer:
    """Run a batch: each of its requests is counted, admitted and answered by itself.

    Without `dependsOn` four run at a time; in a chain one; when all depend on one, that one first.

    Raises:
        GraphError: 400 when the batch itself is malformed.
        ConnectionCutError: when a fault breaks the connection.
    """
    steps = _parsed(envelope)
    answers: dict[str, Answer | Lost] = {}
    cut = False
    for wave in _waves(steps):
        ready = [step for step in wave if not any(answers[each].failed for each in step.depends_on)]
        found = service.answer_together([step.request for step in ready], batched=True)
        answers.update(zip((step.id for step in ready), found, strict=True))
        cut = any(isinstance(answer, Lost) and answer.reason == "cut" for answer in found)
        if cut:
            break
        for step in wave:
            if step.id not in answers:
                error = GraphError(424, "FailedDependency", "A request that this one depends on has failed.")
                answers[step.id] = service.refused(error, step.request)
    if cut or any(isinstance(answer, Lost) and answer.reason == "drop_after" for answer in answers.values()):
        raise ConnectionCutError("The sandbox was told to break the connection.")
    order = [step.id for step in steps]
    if service.faults.mischief.shuffle_batch:
        # The same batch comes back in the same other order every time.
        random.Random(len(order)).shuffle(order)  # noqa: S311
    return Answer(
        200,
        {
            "responses": [
                _written(each, answer) for each in order if isinstance(answer := answers[each], Answer)
            ]
        },
    )


def _written(step_id: str, answer: Answer) -> JsonObject:
    headers = {"Cache-Control": "no-cache", **answer.headers}
    body: Any = answer.body
    if body is not None:
        headers["Content-Type"] = answer.content_type
    if isinstance(body, bytes):
        body = base64.b64encode(body).decode()
    return {
        "id": step_id,
        "status": answer.status,
        "headers": headers,
        **({} if body is None else {"body": body}),
    }


def _parsed(envelope: GraphRequest) -> list[Step]:
    requests = envelope.json().get("requests")
    if not isinstance(requests, list) or not requests:
        raise bad_request("Invalid batch payload format: a batch needs a collection 'requests'.")
    if len(requests) > SIZE_MAX:
        raise bad_request(f"Number of batch request steps exceeds the maximum value of {SIZE_MAX}.")
    steps = [_step(envelope, each) for each in requests]
    ids = [step.id.lower() for step in steps]
    if len(set(ids)) < len(ids):
        raise bad_request("Request Id has to be unique in a batch.")
    known = {step.id for step in steps}
    for step in steps:
        if not set(step.depends_on) <= known:
            raise bad_request(f"Request {step.id} depends on a request that is not in the batch.")
    return steps


def _step(envelope: GraphRequest, each: Any) -> Step:
    if not isinstance(each, dict):
        raise bad_request("Invalid batch payload format: a request must be an object.")
    step_id, method, url = each.get("id"), each.get("method"), each.get("url")
    if not isinstance(step_id, str) or not step_id:
        raise bad_request("Invalid batch payload format: each request needs an id.")
    if not isinstance(method, str) or method.upper() not in _METHODS:
        raise bad_request(f"Invalid batch payload format: request {step_id} has no valid method.")
    if not isinstance(url, str) or not url or "://" in url.partition("?")[0]:
        raise bad_request(f"Invalid batch payload format: request {step_id} needs a relative url.")
    headers = _headers(step_id, each.get("headers") or {})
    body = _body(step_id, each.get("body"), headers)
    depends_on = each.get("dependsOn") or []
    if not isinstance(depends_on, list) or not all(isinstance(other, str) for other in depends_on):
        raise bad_request(
            f"Invalid batch payload format: dependsOn of request {step_id} must be a list of ids."
        )
    path, query = split_target(url)
    if path.lower().startswith("/$batch"):
        raise bad_request("A batch inside a batch is not allowed.")
    request = GraphRequest(method.upper(), path, query, headers, body, envelope.root, envelope.caller)
    return Step(step_id, request, tuple(depends_on))


def _headers(step_id: str, headers: Any) -> Mapping[str, str]:
    if not isinstance(headers, dict) or not all(isinstance(value, str) for value in headers.values()):
        raise bad_request(f"Invalid batch payload format: headers of request {step_id} must be texts.")
    return {name.lower(): value for name, value in headers.items()}


def _body(step_id: str, body: Any, headers: Mapping[str, str]) -> Any:
    if body is None:
        return None
    kind = headers.get("content-type")
    if kind is None:
        raise bad_request(f"The request {step_id} has a body, so it needs a Content-Type header.")
    if isinstance(body, str) and "json" not in kind:
        try:
            return base64.b64decode(body.replace("-", "+").replace("_", "/"), validate=True)
        except binascii.Error:
            raise bad_request(f"The body of request {step_id} must be base64 encoded.") from None
    return body


def _waves(steps: Sequence[Step]) -> list[list[Step]]:
    """The requests in groups that run at the same time, in the order in which the groups run.

    Raises:
        GraphError: 400 unless the requests are independent, one serial chain, or all depend on the same one.
    """
    dependent = [step for step in steps if step.depends_on]
    if not dependent:
        return _by_four(steps)
    roots = [step for step in steps if not step.depends_on]
    by_need = {step.depends_on[0]: step for step in dependent if len(step.depends_on) == 1}
    if len(roots) == 1 and len(by_need) == len(dependent):
        chain = [roots[0]]
        while (following := by_need.get(chain[-1].id)) is not None and len(chain) < len(steps):
            chain.append(following)
        if len(chain) == len(steps):
            return [[step] for step in chain]
    if len(roots) == 1 and all(step.depends_on == (roots[0].id,) for step in dependent):
        return [roots, *_by_four(dependent)]
    raise bad_request(
        "Unsupported dependsOn: requests must be independent, follow each other one by one, or all depend on one."
    )


def _by_four(steps: Sequence[Step]) -> list[list[Step]]:
    return [list(steps[at : at + AT_ONCE]) for at in range(0, len(steps), AT_ONCE)]
