"""What mail over Graph costs, what it makes of odd answers, and what it does in trouble."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import httpx2
import pytest

from crmcorner.items.changes import Refusal, Refused, Stored
from crmcorner.items.mail import MailAddress, Recategorise
from crmcorner.items.records import CATEGORY, PROCESSED
from crmcorner.mailbox.errors import ConsentRequired, NotUnderstood, Throttled, Unreachable
from crmcorner.mailbox.graph import mail_search
from tests.mailbox.mail_contract import FULL, NOON
from tests.mailbox.test_graph_mail_contract import GraphMails, properties_of
from tests.mailbox.test_graph_mail_service import Json, MailReadings, folder_id
from tests.mailbox.test_graph_mail_service import Refused as Answered

JUNK = "junkemail"


@pytest.fixture
def world() -> Iterator[GraphMails]:
    """The service's own choice of readings."""
    made = GraphMails()
    yield made
    made.client.close()


def counted(world: GraphMails) -> tuple[int, int]:
    """Requests since the last look: as they count for the quota, and over the wire."""
    counts = len(world.service.asked), world.service.http
    world.service.asked.clear()
    world.service.http = 0
    return counts


def keep(world: GraphMails, **properties: Any) -> str:
    """A message with these properties of Graph's, otherwise as it should be."""
    return world.service.add(properties_of(FULL) | properties)


def trouble(world: GraphMails, part: str, *answers: Answered | Exception | None) -> None:
    """Have requests whose method and path hold these letters answered so, one after the other; then as ever."""
    waiting = list(answers)

    def meet(method: str, path: str) -> None:
        if part in f"{method} {path}" and waiting and (answer := waiting.pop(0)) is not None:
            raise answer

    world.service.trouble = meet


# --- what it costs ----------------------------------------------------------------------------------------------


def test_where_nothing_is_marked_one_request_tells_so(world: GraphMails) -> None:
    """R11: one journey; the list of categories comes along, and is not asked for again."""
    world.add("Golf")
    assert world.find() == ([], 0)
    assert counted(world) == (2, 1)
    assert world.find() == ([], 0)
    assert counted(world) == (1, 1)


def test_finding_412_takes_three_journeys_and_then_two(world: GraphMails) -> None:
    """R31: the oldest whole, a line for each of all, and once the folders in which a mark does not count."""
    ids = [world.add(minute=n) for n in range(412)]
    assert world.find() == (ids[:150], 412)
    assert counted(world) == (2 + 1 + 3 + 3, 5)
    assert world.find() == (ids[:150], 412)
    assert counted(world) == (2, 2)


def test_where_no_order_is_offered_the_oldest_are_read_by_name() -> None:
    """R31: of 412 in no order at all, the oldest 150 are read twenty at a time."""
    world = GraphMails(MailReadings(order="refused"))
    ids = [world.add(minute=n) for n in range(412)]
    world.find()
    counted(world)
    assert world.find() == (ids[:150], 412)
    requests, journeys = counted(world)
    assert (requests <= 2 + 150, journeys <= 2 + 8) == (True, True)


def test_writing_90_counts_90_in_five_requests(world: GraphMails) -> None:
    """R34: twenty at a time, and of each no more than its categories, if it is still as we saw it."""
    ids = [world.add() for _ in range(90)]
    orders = [world.write(each, PROCESSED) for each in ids]
    counted(world)
    sent: list[Json] = []
    real = world.service._one

    def noting(method: str, path: str, body: Json, headers: dict[str, str]) -> Any:
        sent.append({"method": method, "body": body, "version": headers["if-match"]})
        return real(method, path, body, headers)

    world.service._one = noting  # type: ignore[method-assign]
    assert len(world.mailbox.recategorise(orders)) == 90
    assert counted(world) == (90, 5)
    expected = [
        {"method": "PATCH", "body": {"categories": [PROCESSED]}, "version": each.version} for each in orders
    ]
    assert sorted(sent, key=str) == sorted(expected, key=str)


# --- what is read ------------------------------------------------------------------------------------------------


def test_what_is_no_address_is_left_out(world: GraphMails) -> None:
    """R32: Exchange's own names of people, empty ones and half ones match nobody."""
    odd = ["", "  ", "Jan Berg", "/O=FIRM/OU=EXCHANGE/CN=RECIPIENTS/CN=JAN", "jan@", "a b@x.example", None]
    recipients: list[Json] = [{"emailAddress": {"name": "x", "address": each}} for each in odd]
    recipients += [
        {"emailAddress": None},
        {},
        {"emailAddress": {"name": None, "address": " Jan@Berg.example "}},
    ]
    mail = world.seen(keep(world, toRecipients=recipients, ccRecipients=None, bccRecipients=recipients[:7]))
    assert mail.to == (MailAddress(email="Jan@Berg.example"),)
    assert (mail.cc, mail.bcc) == ((), ())


def test_who_wrote_it_comes_before_who_sent_it(world: GraphMails) -> None:
    """R32: for a mail on somebody's behalf; where nobody is named, who sent it."""
    jan, piet = ({"emailAddress": {"name": "", "address": f"{each}@x.example"}} for each in ("jan", "piet"))
    nobody = {"emailAddress": {"name": "Jan", "address": ""}}
    for origin, sender, expected in [(jan, piet, "jan"), (None, piet, "piet"), (nobody, piet, "piet")]:
        mail = world.seen(keep(world, **{"from": origin, "sender": sender}))
        assert mail.sender == MailAddress(email=f"{expected}@x.example")


@pytest.mark.parametrize(("value", "private"), [(0, False), (1, False), (2, True), (3, True), (None, False)])
def test_private_and_confidential_are_private(world: GraphMails, value: int | None, private: bool) -> None:
    """R38: personal is not."""
    assert world.seen(keep(world, sensitivity=value)).private is private


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-02T12:00:00.1234567Z", datetime(2026, 11, 2, 12, 0, 0, 123456, tzinfo=UTC)),
        ("2026-11-02T13:00:00+01:00", NOON),
        ("2026-11-02T12:00:00", NOON),
        ("0001-01-01T00:00:00Z", None),
        ("1601-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-01:00", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("", None),
    ],
)
def test_times_are_read_in_utc(world: GraphMails, text: str, expected: datetime | None) -> None:
    """R32: however they are written; one that was never set is none."""
    assert world.seen(keep(world, sentDateTime=text)).sent == expected


def test_what_was_never_received_counts_from_its_making(world: GraphMails) -> None:
    """R31: so that it has its place among the others; a time that is none is an answer outside the protocol."""
    times = {"receivedDateTime": None, "createdDateTime": "2026-11-02T12:00:00Z"}
    assert world.seen(keep(world, **times)).received == NOON
    assert world.seen(keep(world, receivedDateTime=None)).received.year == 1
    with pytest.raises(NotUnderstood):
        world.seen(keep(world, receivedDateTime="gisteren"))


# --- finding, in trouble ------------------------------------------------------------------------------------------


def test_a_mail_that_goes_while_we_look_does_not_wait(world: GraphMails) -> None:
    """R31: nor one that loses its mark; the number is right."""
    world.service.readings = replace(world.service.readings, order="refused", page_limit=40)
    ids = [world.add(minute=n) for n in range(60)]
    named: list[str] = []

    def meet(_method: str, path: str) -> None:
        """Of those that are read by name, after the lines, the first one goes and the second loses its mark."""
        if "/messages/" in path:
            named.append(unquote(path.partition("/messages/")[2].partition("?")[0]))
            if len(named) == 1:
                world.user_deletes(named[0])
            elif len(named) == 2:
                world.user_categorises(named[1], "Golf")

    world.service.trouble = meet
    found, total = world.find(60)
    assert len(named) > 2
    assert (found, total) == ([each for each in ids if each not in named[:2]], 58)


def test_large_pages_that_take_too_long_are_asked_for_smaller(world: GraphMails) -> None:
    """R31: Graph: List messages: a page of hundreds may run into the gateway's limit (504)."""
    ids = [world.add(minute=n) for n in range(300)]

    def meet(_method: str, path: str) -> None:
        if "top=1000" in path:
            raise Answered(504, "UnknownError")

    world.service.trouble = meet
    assert world.find(20) == (ids[:20], 300)


def test_a_link_that_comes_again_ends_the_reading(world: GraphMails) -> None:
    """R12: a service that leads in a circle does not keep us for ever."""
    world.service.readings = replace(world.service.readings, page_limit=40)
    ids = [world.add(minute=n) for n in range(50)]
    real = world.service._paged

    def circling(items: list[Json], size: int, path: str, options: dict[str, str]) -> Json:
        page = real(items, size, path, options)
        if options.get("$skip"):
            options["$skip"] = "0"
            page["@odata.nextLink"] = real(items, size, path, options)["@odata.nextLink"]
        return page

    world.service._paged = circling  # type: ignore[method-assign]
    assert world.find(20) == (ids[:20], 50)


def test_a_mailbox_without_end_is_given_up(world: GraphMails, monkeypatch: pytest.MonkeyPatch) -> None:
    """R31: where everything must be looked through, there is a bound, and no number that is wrong."""
    monkeypatch.setattr(mail_search, "MOST_PAGES", 3)
    world.service.readings = replace(world.service.readings, mailbox_filter="ignored", page_limit=40)
    for n in range(121):
        world.add("Golf", minute=n)
    with pytest.raises(NotUnderstood):
        world.find()
    for each in list(world.service.messages)[:2]:
        world.user_deletes(each)
    assert world.find() == ([], 0)


def test_the_folders_left_out_are_asked_for_once_and_only_if_need_be(world: GraphMails) -> None:
    """R30: a mailbox may lack one of them; a mark in a folder below one does not count either."""
    del world.service.tree[JUNK], world.service.tree["worse"]
    world.add("Golf")
    world.find()
    assert not any("mailFolders" in each for each in world.service.asked)
    item_id, _lost = world.add(), world.add(folder="older")
    assert world.find() == ([item_id], 1)
    counted(world)
    assert world.find() == ([item_id], 1)
    assert counted(world) == (1, 1)


def test_a_folder_that_goes_while_we_look_has_nothing(world: GraphMails) -> None:
    """R16: the others are read all the same."""
    world.service.readings = replace(world.service.readings, mailbox_filter="refused")
    item_id, _gone = world.add(), world.add(folder="archive")

    def meet(_method: str, path: str) -> None:
        if "archive" in path and "/messages" in path:
            raise Answered(404, "ErrorItemNotFound")

    world.service.trouble = meet
    assert world.find() == ([item_id], 1)


def test_search_folders_show_what_lies_elsewhere(world: GraphMails) -> None:
    """R31: what one of them shows, Deleted Items among it, is not counted again."""
    world.service.readings = replace(world.service.readings, mailbox_filter="refused")
    world.add(folder="deleteditems")
    item_id = world.add()
    assert world.find() == ([item_id], 1)
    assert not any(folder_id("found").strip("=").replace("/", "%2F") in each for each in world.service.asked)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answered(429, "TooManyRequests", **{"Retry-After": "17"}), Throttled),
        (Answered(503, "serviceNotAvailable"), Unreachable),
        (Answered(404, "MailboxNotEnabledForRESTAPI"), ConsentRequired),
        (Answered(403, "ErrorAccessDenied"), ConsentRequired),
    ],
    ids=["throttled", "down", "no mailbox", "no right"],
)
def test_trouble_with_the_mailbox_is_no_refusal_of_the_filter(
    world: GraphMails, answer: Answered, error: type[Exception]
) -> None:
    """R14: it is told as what it is, and nothing else is tried instead."""
    world.add()
    trouble(world, "/messages?", answer, answer)
    with pytest.raises(error) as raised:
        world.find()
    assert getattr(raised.value, "retry_after", 17) == 17
    assert not any("mailFolders" in each for each in world.service.asked)
    world.service.trouble = lambda _method, _path: None
    assert world.find()[1] == 1


# --- sources ------------------------------------------------------------------------------------------------------


def test_sources_stop_where_the_service_asks_to_wait(world: GraphMails) -> None:
    """R16: what came before is kept; the run sleeps as long as it is asked to."""
    ids = [world.add(source=bytes([n])) for n in range(9)]
    slow = Answered(429, "TooManyRequests", **{"Retry-After": "40"})

    def meet(_method: str, path: str) -> None:
        if path.endswith("$value") and "M%2F5" in path:
            raise slow

    world.service.trouble = meet
    came: list[tuple[str, bytes | None]] = []
    with pytest.raises(Throttled) as raised:
        came.extend(world.mailbox.mail_sources(ids, 10))
    assert raised.value.retry_after == 40
    assert came == [(ids[n], bytes([n])) for n in range(4)]
    assert sum("$value" in each for each in world.service.asked) < 9


def test_a_short_wait_and_a_passing_fault_are_borne(world: GraphMails) -> None:
    """R16: once; what stays broken is told."""
    item_id = world.add(source=b"x")
    brief = Answered(429, "TooManyRequests", **{"Retry-After": "1"})
    for answer in (brief, Answered(503, "serviceNotAvailable"), httpx2.ReadError("cut")):
        trouble(world, "$value", answer)
        assert world.sources(item_id) == {item_id: b"x"}
    trouble(world, "$value", *[Answered(500, "generalException")] * 2)
    with pytest.raises(Unreachable):
        world.sources(item_id)


def test_what_exchange_cannot_write_as_mime_holds_nothing_up(world: GraphMails) -> None:
    """R36: an encrypted mail has no source to be had; it is filed without, and the others come."""
    first, other = world.add(source=b"x"), world.add(source=b"y")

    def meet(_method: str, path: str) -> None:
        if "M%2F1" in path and path.endswith("$value"):
            raise Answered(500, "ErrorMimeContentConversionFailed")

    world.service.trouble = meet
    assert world.sources(first, other) == {first: None, other: b"y"}


class Endless(httpx2.SyncByteStream):
    """A body that never ends; ``taken`` counts its pieces."""

    def __init__(self) -> None:
        self.taken, self.closed = 0, False

    def __iter__(self) -> Iterator[bytes]:
        while True:
            self.taken += 1
            yield b"x" * 1000

    def close(self) -> None:
        self.closed = True


def test_no_more_of_a_source_is_taken_in_than_is_wanted(world: GraphMails) -> None:
    """R36: a mail without end is left after the limit, and its connection closed."""
    body = Endless()
    world.client._http = httpx2.Client(
        transport=httpx2.MockTransport(lambda _request: httpx2.Response(200, stream=body))
    )
    assert list(world.mailbox.mail_sources(["m"], 5500)) == [("m", None)]
    assert (body.taken, body.closed) == (6, True)


def test_no_more_than_three_sources_are_read_at_once(world: GraphMails) -> None:
    """R11: Outlook takes four requests at a time; none is read ahead of need."""
    lock, now, most, came = threading.Lock(), 0, 0, 0
    # The first three pass together only: were they read one after the other, the first would wait in vain.
    together = threading.Barrier(3, timeout=30)

    def answer(_request: httpx2.Request) -> httpx2.Response:
        nonlocal now, most, came
        with lock:
            now, came = now + 1, came + 1
            most, is_first = max(most, now), came <= 3
        if is_first:
            together.wait()
        with lock:
            now -= 1
        return httpx2.Response(200, content=b"x")

    world.client._http = httpx2.Client(transport=httpx2.MockTransport(answer))
    found = list(world.mailbox.mail_sources([f"m{n}" for n in range(12)], 5))
    assert found == [(f"m{n}", b"x") for n in range(12)]
    assert most == 3


# --- marks, in trouble ---------------------------------------------------------------------------------------------


def test_one_write_that_has_to_wait_is_busy_and_the_rest_is_done(world: GraphMails) -> None:
    """R17: with the seconds that the service asked for."""
    ids = [world.add() for _ in range(20)]
    orders = [world.write(each, PROCESSED) for each in ids]
    trouble(world, "PATCH", *[None] * 7, Answered(429, "TooManyRequests", **{"Retry-After": "40"}))
    results = world.mailbox.recategorise(orders)
    assert results[7] == Refused(why=Refusal.BUSY, retry_after=40)
    assert [type(each) for each in results].count(Stored) == 19


def test_where_nothing_was_written_the_call_says_so(world: GraphMails) -> None:
    """R17: throttled before anything was done, also where the versions had been read."""
    order = world.write(world.add(), PROCESSED)
    slow = Answered(429, "TooManyRequests", **{"Retry-After": "40"})
    trouble(world, "PATCH", slow, slow)
    with pytest.raises(Throttled) as raised:
        world.mailbox.recategorise([order])
    assert raised.value.retry_after == 40
    world.service.readings = replace(world.service.readings, if_match="ignored")
    old = replace(order, version='W/"old"')
    trouble(world, "PATCH", slow, slow)
    refused, busy = world.connect().recategorise([old, order])
    assert isinstance(refused, Refused)
    assert refused.why is Refusal.CHANGED_MEANWHILE
    assert busy == Refused(why=Refusal.BUSY, retry_after=40)


def test_refusals_say_why(world: GraphMails) -> None:
    """R16: each answer that the service may give to a single mail has its own meaning."""
    cases = {
        Refusal.UNKNOWN: Answered(500, "generalException"),
        Refusal.READ_ONLY: Answered(403, "ErrorAccessDenied"),
        Refusal.INVALID: Answered(400, "ErrorInvalidProperty"),
        Refusal.TOO_LARGE: Answered(413, "RequestEntityTooLarge"),
    }
    for why, answer in cases.items():
        orders = [Recategorise(item_id=world.add(), version="", categories=(CATEGORY,)) for _ in range(2)]
        trouble(world, "PATCH", answer)
        refused, stored = world.mailbox.recategorise(orders)
        assert isinstance(refused, Refused)
        assert refused.why is why
        assert isinstance(stored, Stored)
