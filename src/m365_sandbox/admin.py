"""The sandbox's own door for tests and demos: `/_sandbox/…`, JSON in and out, no sign-in.

GET  /_sandbox/health      who is there: app registration, mailboxes
GET  /_sandbox/faults      faults, mischief and latency on order; POST adds or sets, DELETE clears
GET  /_sandbox/readings    the open points; POST sets some
GET  /_sandbox/limits      what is enforced; POST sets some
GET  /_sandbox/log         {"counts": …, "requests": […]}; `?requests=0` gives the counts alone; DELETE resets
GET  /_sandbox/outbox      the mails that Outlook would have sent, oldest first
POST /_sandbox/actions     {"action": …}: see ACTIONS
"""

from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any

import msgspec
from werkzeug.wrappers import Request, Response

from m365_sandbox import faults as trouble
from m365_sandbox import readings, request_log
from m365_sandbox.store.records import Mailbox, NotFoundError

if TYPE_CHECKING:
    from m365_sandbox.app import Sandbox

JsonObject = dict[str, Any]


def answer(sandbox: "Sandbox", request: Request) -> Response:
    """The answer to a request under `/_sandbox/`; 400 with a message for what cannot be done."""
    name = request.path.removeprefix("/_sandbox/").strip("/")
    handler = _HANDLERS.get((request.method, name))
    if handler is None:
        places = sorted({place for _, place in _HANDLERS})
        return _json({"error": f"There is no {request.method} {name}. There are: {', '.join(places)}."}, 404)
    try:
        body = msgspec.json.decode(request.get_data() or b"{}", type=dict[str, Any])
        return _json(handler(sandbox, body, request))
    except (ValueError, TypeError, KeyError, NotFoundError, msgspec.DecodeError) as error:
        return _json({"error": str(error)}, 400)


def _json(body: JsonObject, status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status=status, content_type="application/json")


def _health(sandbox: "Sandbox", _: JsonObject, __: Request) -> JsonObject:
    return {
        "apps": [
            {"client_id": app.client_id, "tenant_id": app.tenant_id, "permissions": app.permissions}
            for app in sandbox.state.directory.apps()
        ],
        "mailboxes": [asdict(mailbox) for mailbox in sandbox.state.directory.mailboxes()],
    }


def _faults(sandbox: "Sandbox", _: JsonObject, __: Request) -> JsonObject:
    return trouble.as_json(sandbox.faults)


def _order(sandbox: "Sandbox", body: JsonObject, request: Request) -> JsonObject:
    if "kind" in body:
        sandbox.faults.add(**body)
        return _faults(sandbox, body, request)
    if unknown := set(body) - {"faults", "mischief", "latency"}:
        raise ValueError(
            f"There is no {', '.join(sorted(unknown))}; send a fault, or faults, mischief, latency."
        )
    for fault in body.get("faults", []):
        sandbox.faults.add(**fault)
    sandbox.faults.mischief = replace(sandbox.faults.mischief, **body.get("mischief", {}))
    sandbox.faults.latency = replace(sandbox.faults.latency, **body.get("latency", {}))
    return _faults(sandbox, body, request)


def _clear(sandbox: "Sandbox", body: JsonObject, request: Request) -> JsonObject:
    sandbox.faults.clear()
    return _faults(sandbox, body, request)


def _readings(sandbox: "Sandbox", body: JsonObject, _: Request) -> JsonObject:
    sandbox.state.readings = readings.changed(sandbox.state.readings, body)
    return readings.as_json(sandbox.state.readings)


def _limits(sandbox: "Sandbox", body: JsonObject, _: Request) -> JsonObject:
    known = {each.name for each in fields(sandbox.limits.settings)}
    for name, value in body.items():
        if name not in known or isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise ValueError(
                f"{name}={value} is no limit. Give a number, 0 for none, to: {', '.join(sorted(known))}."
            )
    sandbox.limits.settings = replace(sandbox.limits.settings, **body)
    return asdict(sandbox.limits.settings)


def _log(sandbox: "Sandbox", _: JsonObject, request: Request) -> JsonObject:
    wanted = int(request.args.get("requests", "1000"))
    entries = sandbox.log.entries()[-wanted:] if wanted else []
    return {"counts": sandbox.log.counts(), "requests": [request_log.as_json(entry) for entry in entries]}


def _outbox(sandbox: "Sandbox", _: JsonObject, __: Request) -> JsonObject:
    return {"sent": [asdict(each) for each in sandbox.state.outbox.all()]}


def _reset(sandbox: "Sandbox", _: JsonObject, __: Request) -> JsonObject:
    sandbox.log.reset()
    return {"counts": sandbox.log.counts()}


def _act(sandbox: "Sandbox", body: JsonObject, _: Request) -> JsonObject:
    action = ACTIONS.get(body.get("action", ""))
    if action is None:
        raise ValueError(f"There is no action {body.get('action')!r}. There are: {', '.join(ACTIONS)}.")
    action(sandbox, body)
    return {"done": body["action"]}


def _mailboxes(sandbox: "Sandbox", body: JsonObject) -> list[Mailbox]:
    directory = sandbox.state.directory
    return [directory.get(body["mailbox"])] if body.get("mailbox") else directory.mailboxes()


def _expire_tokens(sandbox: "Sandbox", _: JsonObject) -> None:
    sandbox.state.directory.expire_tokens("access")


def _revoke_refresh_tokens(sandbox: "Sandbox", _: JsonObject) -> None:
    sandbox.state.directory.expire_tokens("refresh")


def _expire_cursors(sandbox: "Sandbox", body: JsonObject) -> None:
    for mailbox in _mailboxes(sandbox, body):
        sandbox.state.directory.expire_cursors(mailbox.n)


def _withdraw_consent(sandbox: "Sandbox", body: JsonObject) -> None:
    for app in sandbox.state.directory.apps():
        for mailbox in _mailboxes(sandbox, body):
            sandbox.state.directory.withdraw_consent(app.client_id, mailbox.n)


def _give_consent(sandbox: "Sandbox", body: JsonObject) -> None:
    for app in sandbox.state.directory.apps():
        for mailbox in _mailboxes(sandbox, body):
            sandbox.state.directory.give_consent(app.client_id, mailbox.n)


def _move(sandbox: "Sandbox", body: JsonObject) -> None:
    mailbox = sandbox.state.directory.get(body["mailbox"])
    contact = sandbox.state.contacts.get(mailbox.n, body["contact"])
    if body.get("folder"):
        folder = sandbox.state.folders.get(mailbox.n, body["folder"])
    else:
        folder = sandbox.state.folders.default(mailbox.n)
    sandbox.state.contacts.move(mailbox.n, contact, folder)


def _restore(sandbox: "Sandbox", body: JsonObject) -> None:
    mailbox = sandbox.state.directory.get(body["mailbox"])
    if "event" in body:
        sandbox.state.events.restore(mailbox.n, sandbox.state.events.get(mailbox.n, body["event"]))
        return
    sandbox.state.contacts.restore(mailbox.n, sandbox.state.contacts.get(mailbox.n, body["contact"]))


# Each takes "mailbox" (an address; most do without, for all); move takes "contact" and "folder" (ids; without a folder
# the default one), restore "contact" or "event".
ACTIONS = {
    "expire_tokens": _expire_tokens,
    "revoke_refresh_tokens": _revoke_refresh_tokens,
    "expire_cursors": _expire_cursors,
    "withdraw_consent": _withdraw_consent,
    "give_consent": _give_consent,
    "move": _move,
    "restore": _restore,
}

_HANDLERS = {
    ("GET", "health"): _health,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _order,
    ("DELETE", "faults"): _clear,
    ("GET", "readings"): _readings,
    ("POST", "readings"): _readings,
    ("GET", "limits"): _limits,
    ("POST", "limits"): _limits,
    ("GET", "log"): _log,
    ("GET", "outbox"): _outbox,
    ("DELETE", "log"): _reset,
    ("POST", "actions"): _act,
}
