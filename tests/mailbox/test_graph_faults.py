"""What Graph's answers and broken connections are turned into, and how writes fare when things go wrong."""

import inspect
from collections.abc import Iterator

import httpx2
import msgspec
import pytest

from crmcorner.items.changes import Refusal, Refused, Stored
from crmcorner.items.records import Contact, Kind
from crmcorner.mailbox.errors import (
    ConsentKind,
    ConsentRequired,
    CursorExpired,
    MailboxError,
    NotUnderstood,
    Throttled,
    Unreachable,
)
from crmcorner.mailbox.graph import faults
from crmcorner.mailbox.graph.wire import Answer
from m365_sandbox.faults import Kind as FaultKind
from tests.mailbox.graph_world import GraphWorld, client_with, graph_world


@pytest.fixture
def world() -> Iterator[GraphWorld]:
    """Anna's mailbox."""
    with graph_world() as made:
        yield made


def answer(status: int, *codes: str, **headers: str) -> Answer:
    """An error as Graph sends it, its codes from the outside in."""
    node: dict[str, object] = {}
    for code in reversed(codes):
        node = {"code": code, "message": "…", **({"innerError": node} if node else {})}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, named, msgspec.json.encode({"error": node}))


def test_every_exception_of_the_wire_library_has_a_meaning() -> None:
    """R16: an exception that is not mapped would end a run without a reason."""
    exceptions = {
        each for _, each in inspect.getmembers(httpx2, inspect.isclass) if issubclass(each, Exception)
    }
    assert exceptions == set(faults.BROKEN_CONNECTIONS)
    assert all(issubclass(each, faults.HTTP_ERRORS) for each in exceptions)


@pytest.mark.parametrize("kind", faults.BROKEN_CONNECTIONS)
def test_no_exception_of_the_wire_library_leaves_the_client(kind: type[Exception]) -> None:
    """R17: whatever breaks, the engine sees one of its own errors, and the cause is kept for the log."""
    error = kind.__new__(kind)
    Exception.__init__(error, "secret words")

    def break_down(_: httpx2.Request) -> httpx2.Response:
        raise error

    with pytest.raises(MailboxError) as raised:
        client_with(break_down).read("/x")
    assert raised.value.__cause__ is error
    assert "secret" not in raised.value.detail


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (answer(401, "InvalidAuthenticationToken"), ConsentRequired),
        (answer(403, "ErrorAccessDenied"), ConsentRequired),
        (answer(404, "MailboxNotEnabledForRESTAPI"), ConsentRequired),
        (answer(404, "ErrorItemNotFound"), NotUnderstood),
        (answer(410, "anything"), CursorExpired),
        (answer(400, "BadRequest", "SyncStateNotFound"), CursorExpired),
        (answer(400, "ErrorInvalidRequest"), NotUnderstood),
        (answer(429), Throttled),
        (answer(503, "serviceNotAvailable"), Unreachable),
        (answer(503, "serviceNotAvailable", retry_after="7"), Throttled),
        (answer(500), Unreachable),
        (answer(418), NotUnderstood),
        (Answer(502, {}, b"<html>Bad gateway</html>"), Unreachable),
    ],
)
def test_answers_that_concern_the_mailbox(given: Answer, error: type[MailboxError]) -> None:
    """R14, R16: few errors, graded by what they spoil."""
    assert type(faults.mailbox_trouble(given)) is error


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (answer(400, "ErrorPropertyValidationFailure"), Refusal.INVALID),
        (answer(400, "ErrorIrresolvableConflict"), Refusal.CHANGED_MEANWHILE),
        (answer(412, "resourceModified"), Refusal.CHANGED_MEANWHILE),
        (answer(412), Refusal.CHANGED_MEANWHILE),
        (answer(404, "ErrorItemNotFound"), Refusal.GONE),
        (answer(400, "ErrorInvalidIdMalformed"), Refusal.GONE),
        (answer(403, "ErrorAccessDenied"), Refusal.READ_ONLY),
        (answer(405, "ErrorInvalidRequest"), Refusal.INVALID),
        (answer(413), Refusal.TOO_LARGE),
        (answer(429, retry_after="3"), Refusal.BUSY),
        (answer(500, "ErrorInternalServerError"), Refusal.UNKNOWN),
        (answer(503), Refusal.UNKNOWN),
        (answer(504), Refusal.UNKNOWN),
        (answer(507, "quotaLimitReached"), Refusal.READ_ONLY),
    ],
)
def test_answers_that_concern_one_write(given: Answer, why: Refusal) -> None:
    """R16: one item's trouble, told by codes alone."""
    assert faults.refused(given, {}).why is why


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("3", 3.0),
        ("0.25", 0.25),
        ("", 30.0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 30.0),
        ("-1", 30.0),
        ("nan", 30.0),
    ],
)
def test_how_long_to_wait(text: str, seconds: float) -> None:
    """R17: Retry-After may be a fraction; what cannot be read is half a minute."""
    assert faults.wait_of(Answer(429, {"retry-after": text}, b"")) == seconds


@pytest.mark.parametrize(("status", "kind"), [(401, ConsentKind.SIGN_IN), (403, ConsentKind.ADMINISTRATOR)])
def test_who_has_to_act(status: int, kind: ConsentKind) -> None:
    """R14: the user signs in again, or the administrator grants a right."""
    error = faults.mailbox_trouble(answer(status))
    assert isinstance(error, ConsentRequired)
    assert error.kind is kind


# --- what may have been done is never done twice ------------------------------------------------------------


def _writes(world: GraphWorld, count: int) -> list[object]:
    return world.apply(*[world.create(Contact(surname=f"Bos {n}")) for n in range(count)])


@pytest.mark.parametrize("count", [1, 7, 100])
@pytest.mark.parametrize("kind", ["unavailable_after", "drop_after", "cut", "missing_answer", "unavailable"])
def test_an_answer_that_is_lost_is_looked_up_and_never_repeated(
    world: GraphWorld, kind: FaultKind, count: int
) -> None:
    """R17: nothing lost and nothing doubled when a write's answer does not come."""
    world.sandbox.faults.add(kind, method="POST", path="/contacts")
    writes = [world.create(Contact(surname=f"Bos {n}")) for n in range(count)]
    results = world.apply(*writes)
    assert {type(result) for result in results} <= {Stored, Refused}
    doubtful = [n for n, result in enumerate(results) if isinstance(result, Refused)]
    assert doubtful
    assert {results[n].why for n in doubtful} <= {Refusal.UNKNOWN, Refusal.BUSY}
    found = world.mailbox.created(Kind.CONTACTS, [write.stamp for write in writes])
    stored = {
        write.stamp for write, result in zip(writes, results, strict=True) if isinstance(result, Stored)
    }
    assert stored <= set(found)
    assert len(found) == world.how_many()
    busy = {writes[n].stamp for n in doubtful if results[n].why is Refusal.BUSY}
    assert not busy & set(found)


@pytest.mark.parametrize("kind", ["unavailable_after", "drop_after"])
@pytest.mark.parametrize("count", [5, 100])
def test_a_batch_whose_answer_is_lost_is_not_sent_again(
    world: GraphWorld, kind: FaultKind, count: int
) -> None:
    """R17: the same for all that a batch carried."""
    world.sandbox.faults.add(kind, path="/$batch")
    results = _writes(world, count)
    unknown = [result for result in results if isinstance(result, Refused) and result.why is Refusal.UNKNOWN]
    stored = [result for result in results if isinstance(result, Stored)]
    assert len(unknown) in {5, 20}
    assert world.how_many() == len(unknown) + len(stored)


@pytest.mark.parametrize("count", [1, 30, 100])
def test_a_service_that_is_away_is_no_answer_for_any(world: GraphWorld, count: int) -> None:
    """R17: a 503 before anything was done looks like one after; the rest is not sent."""
    world.sandbox.faults.add("unavailable", path="/$batch", times=0)
    results = _writes(world, count)
    assert {result.why for result in results if isinstance(result, Refused)} <= {
        Refusal.UNKNOWN,
        Refusal.BUSY,
    }
    assert world.how_many() == 0
    assert world.counts()["http"] <= 5


@pytest.mark.parametrize("kind", ["unavailable", "throttle"])
def test_after_trouble_with_a_batch_the_next_is_not_sent(world: GraphWorld, kind: FaultKind) -> None:
    """R17: who is turned away does not knock again and again."""
    world.sandbox.faults.add(kind, path="/$batch", skip=1, times=0, retry_after=90)
    results = _writes(world, 60)
    assert [type(result) for result in results] == [Stored] * 20 + [Refused] * 40
    assert world.counts()["http"] == 2


def test_short_throttling_is_waited_out(world: GraphWorld) -> None:
    """R17: a second's wait is taken once, inside the call."""
    world.sandbox.faults.add("throttle", method="POST", path="/contacts", retry_after=1, skip=2)
    results = _writes(world, 100)
    assert all(isinstance(result, Stored) for result in results)
    assert world.how_many() == 100
    assert world.clock.slept == [1]


@pytest.mark.parametrize("count", [5, 100])
def test_long_throttling_of_a_part_leaves_it_for_the_next_run(world: GraphWorld, count: int) -> None:
    """R17: what was stored is told, the rest waits; nobody sleeps."""
    world.sandbox.faults.add("throttle", method="POST", path="/contacts", retry_after=120, skip=3, times=0)
    results = _writes(world, count)
    stored = [result for result in results if isinstance(result, Stored)]
    busy = [result for result in results if isinstance(result, Refused)]
    assert len(stored) == 3 == world.how_many()
    assert {(each.why, each.retry_after) for each in busy} == {(Refusal.BUSY, 120)}
    assert world.clock.slept == []


@pytest.mark.parametrize("count", [5, 100])
@pytest.mark.parametrize("path", ["/$batch", "/contacts"])
def test_throttling_of_everything_is_told_as_such(world: GraphWorld, path: str, count: int) -> None:
    """R17: the run ends in the state "waiting until"."""
    world.sandbox.faults.add("throttle", method="POST", path=path, retry_after=120, times=0)
    with pytest.raises(Throttled) as throttled:
        _writes(world, count)
    assert throttled.value.retry_after == 120
    assert world.how_many() == 0


def test_constant_short_throttling_ends(world: GraphWorld) -> None:
    """R17: a Retry-After of one second that is always said again is not followed for ever."""
    world.sandbox.faults.add("throttle", method="POST", path="/contacts", retry_after=1, times=0)
    with pytest.raises(Throttled):
        _writes(world, 100)
    assert len(world.clock.slept) <= 2


def test_a_connection_that_cannot_be_made_has_sent_nothing(world: GraphWorld) -> None:
    """R17: then nothing is in doubt."""
    mailbox = world.connect(transport=httpx2.MockTransport(_refuse_connection))
    with pytest.raises(Unreachable):
        mailbox.apply(Kind.CONTACTS, [world.create(Contact(surname="Bos"))])


def _refuse_connection(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError("refused", request=request)


def test_doubt_about_a_fetched_item_raises(world: GraphWorld) -> None:
    """R84: an item that could not be asked for is not gone."""
    item = world.make(Contact(surname="Bos"))
    world.sandbox.faults.add("unavailable", method="GET", path=item.item_id[:30], times=2)
    with pytest.raises(Unreachable):
        world.fetch(item.item_id)
    world.sandbox.faults.add("unavailable", method="GET", path=item.item_id[:30])
    assert set(world.fetch(item.item_id)) == {item.item_id}
    world.sandbox.faults.add(
        "error", method="GET", path=item.item_id[:30], status=403, code="ErrorAccessDenied"
    )
    with pytest.raises(ConsentRequired):
        world.fetch(item.item_id)
