"""Which lists are read, where reading goes on, and what goes with a list: against answers written by hand."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import httpx2
import msgspec
import pytest

from crmcorner.items.changes import Create, Removed, Stored, Upserted
from crmcorner.items.records import Task
from crmcorner.mailbox.errors import ConsentRequired, CursorExpired, NotUnderstood
from crmcorner.mailbox.graph.task_items import TaskItems
from tests.mailbox.graph_world import BASE_URL, client_with

ROOT = "/users/anna"
LISTS = f"{ROOT}/todo/lists"
Reply = tuple[int, dict[str, Any]]


class Service:
    """Answers what it was told to answer, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Reply | Callable[[dict[str, Any]], Reply]] = {}
        self.asked: list[str] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        path = unquote(str(request.url).removeprefix(BASE_URL))
        if path == "/$batch":
            asked = msgspec.json.decode(request.content)["requests"]
            replies = [{"id": each["id"], **self._reply(each)} for each in asked]
            return httpx2.Response(200, json={"responses": replies})
        reply = self._reply({"method": request.method, "url": path})
        return httpx2.Response(reply["status"], json=reply["body"])

    def _reply(self, asked: dict[str, Any]) -> dict[str, Any]:
        path = unquote(asked["url"])
        self.asked.append(path)
        answer = self.answers.get(path, (404, {"error": {"code": "ErrorItemNotFound"}}))
        status, body = answer(asked) if callable(answer) else answer
        return {"status": status, "body": body}

    def has(self, *lists: str) -> None:
        """The mailbox has these lists: the first one is the default."""
        names = {lists[0]: "defaultList", "flags": "flaggedEmails"}
        entries = [{"id": each, "wellknownListName": names.get(each, "none")} for each in reversed(lists)]
        self.answers[LISTS] = (200, {"value": entries})

    def page(self, link: str, *ids: str, next_link: str = "", delta_link: str = "", **more: Any) -> None:
        """What stands behind a link."""
        links = {"@odata.nextLink": next_link, "@odata.deltaLink": delta_link}
        value = [{"id": each, "@odata.etag": "E", "title": each, **more} for each in ids]
        self.answers[link] = (200, {"value": value, **{name: url for name, url in links.items() if url}})

    def items(self, *, all_lists: bool = False) -> TaskItems:
        """A connector, as a new run has one."""
        return TaskItems(client_with(self), ROOT, all_lists=all_lists)


@pytest.fixture
def service() -> Service:
    """Two lists and the one of flagged mails."""
    made = Service()
    made.has("D", "L", "flags")
    for each, tasks in (("D", ("d1", "d2")), ("L", ("l1", "l2"))):
        made.page(f"{LISTS}/{each}/tasks/delta", *tasks, delta_link=f"{LISTS}/{each}/tasks/delta?1")
        made.page(f"{LISTS}/{each}/tasks/delta?1", delta_link=f"{LISTS}/{each}/tasks/delta?1")
    return made


def read(items: TaskItems, since: str | None = None) -> tuple[list[str], str]:
    """A round: ids of what is there, "-" before those removed, and the cursor after it."""
    pages = list(items.changes(since, None))
    words = [change for page in pages for change in page.changes]
    return [f"-{each.item_id}" if isinstance(each, Removed) else each.item_id for each in words], pages[
        -1
    ].cursor


def test_the_default_list_alone_costs_one_request(service: Service) -> None:
    """R50: found once by its name, then followed by its id."""
    found, cursor = read(service.items())
    assert found == ["D/d1", "D/d2"]
    assert service.asked == [LISTS, f"{LISTS}/D/tasks/delta"]
    service.asked.clear()
    assert read(service.items(), cursor) == ([], cursor)
    assert service.asked == [f"{LISTS}/D/tasks/delta?1"]


def test_all_lists_but_that_of_flagged_mails(service: Service) -> None:
    """R50: one request each, and one for the list of lists."""
    found, cursor = read(service.items(all_lists=True))
    assert found == ["D/d1", "D/d2", "L/l1", "L/l2"]
    service.asked.clear()
    assert read(service.items(all_lists=True), cursor) == ([], cursor)
    assert service.asked == [LISTS, f"{LISTS}/D/tasks/delta?1", f"{LISTS}/L/tasks/delta?1"]
    assert not any("flags" in each for each in service.asked)


def test_a_new_list_is_found(service: Service) -> None:
    """R50: with what is in it."""
    _, cursor = read(service.items(all_lists=True))
    service.has("D", "L", "N", "flags")
    service.page(f"{LISTS}/N/tasks/delta", "n1", delta_link=f"{LISTS}/N/tasks/delta?1")
    assert read(service.items(all_lists=True), cursor)[0] == ["N/n1"]


def test_a_list_that_is_gone_takes_its_tasks_along(service: Service) -> None:
    """R51: each of them is reported removed, once; what was removed before is not."""
    _, cursor = read(service.items(all_lists=True))
    service.answers[f"{LISTS}/L/tasks/delta?1"] = (
        200,
        {
            "value": [{"id": "l1", "@removed": {"reason": "deleted"}}],
            "@odata.deltaLink": f"{LISTS}/L/tasks/delta?2",
        },
    )
    found, cursor = read(service.items(all_lists=True), cursor)
    assert found == ["-L/l1"]
    service.has("D", "flags")
    found, after = read(service.items(all_lists=True), cursor)
    assert found == ["-L/l2"]
    assert read(service.items(all_lists=True), after)[0] == []
    # Cut after the first page: what is gone is not told twice, and nothing else is missed.
    first = next(iter(service.items(all_lists=True).changes(cursor, None)))
    assert read(service.items(all_lists=True), first.cursor)[0] == []


def test_a_list_that_goes_while_it_is_read(service: Service) -> None:
    """R51: the same, though it is in the list of lists still."""
    _, cursor = read(service.items(all_lists=True))
    del service.answers[f"{LISTS}/L/tasks/delta?1"]
    assert read(service.items(all_lists=True), cursor)[0] == ["-L/l1", "-L/l2"]


def test_another_setting_goes_on_from_the_same_cursor(service: Service) -> None:
    """R50: `default` after `all` says nothing of the other lists, `all` after `default` reads them whole."""
    _, of_all = read(service.items(all_lists=True))
    service.asked.clear()
    found, of_default = read(service.items(), of_all)
    assert (found, service.asked) == ([], [f"{LISTS}/D/tasks/delta?1"])
    assert read(service.items(all_lists=True), of_default)[0] == ["L/l1", "L/l2"]


def test_a_default_list_that_is_another_one_now_begins_anew(service: Service) -> None:
    """R17: the mailbox was made anew; the cursor has expired and the new list is found."""
    items = service.items()
    _, cursor = read(items)
    _, of_all = read(service.items(all_lists=True))
    del service.answers[f"{LISTS}/D/tasks/delta?1"], service.answers[f"{LISTS}/D/tasks/delta"]
    service.has("L", "flags")
    for given, again in ((items, cursor), (service.items(all_lists=True), of_all)):
        with pytest.raises(CursorExpired):
            read(given, again)
        assert read(given)[0] == ["L/l1", "L/l2"]


@pytest.mark.parametrize("cursor", ["x", "{}", '{"schema":2,"default":"D"}', '{"schema":1,"default":""}'])
def test_a_cursor_of_something_else_has_expired(service: Service, cursor: str) -> None:
    """R17: whatever it is."""
    with pytest.raises(CursorExpired):
        read(service.items(), cursor)


@pytest.mark.parametrize(
    ("status", "code", "raised"),
    [
        (410, "SyncStateNotFound", CursorExpired),
        (400, "SyncStateInvalid", CursorExpired),
        (400, "ErrorInvalidRequest", CursorExpired),
        (403, "ErrorAccessDenied", ConsentRequired),
    ],
)
def test_refusals_of_a_cursor(service: Service, status: int, code: str, raised: type[Exception]) -> None:
    """R17: whatever the service says of a link that it made itself: everything is to be read again."""
    _, cursor = read(service.items())
    service.answers[f"{LISTS}/D/tasks/delta?1"] = (status, {"error": {"code": code}})
    with pytest.raises(raised):
        read(service.items(), cursor)


def test_a_refusal_from_the_beginning_is_no_cursors_fault(service: Service) -> None:
    """R17: reading again would meet the same."""
    service.answers[f"{LISTS}/D/tasks/delta"] = (400, {"error": {"code": "BadRequest"}})
    with pytest.raises(NotUnderstood):
        read(service.items())


def test_lists_come_in_pages_and_one_must_be_the_default(service: Service) -> None:
    """R50: the default one may stand on the last page; without one nothing is guessed."""
    service.answers[LISTS] = (200, {"value": [{"id": "L"}], "@odata.nextLink": f"{BASE_URL}{LISTS}?2"})
    service.answers[f"{LISTS}?2"] = (200, {"value": [{"id": "D", "wellknownListName": "defaultList"}]})
    assert read(service.items())[0] == ["D/d1", "D/d2"]
    service.answers[f"{LISTS}?2"] = (200, {"value": [], "@odata.nextLink": f"{BASE_URL}{LISTS}?2"})
    with pytest.raises(NotUnderstood):
        read(service.items())


def made(asked: dict[str, Any]) -> Reply:
    """A task as the service makes it."""
    return 201, {"id": "new", "@odata.etag": "E", "title": asked["body"]["title"]}


def test_new_tasks_come_into_the_default_list_which_is_asked_for_once(service: Service) -> None:
    """R50: whether or not anything was read before."""
    service.answers[f"{LISTS}/D/tasks"] = made
    items = service.items(all_lists=True)
    order = Create(content=Task(subject="x"), categories=(), stamp="s")
    for _ in range(2):
        (result,) = items.apply([order])
        assert isinstance(result, Stored)
        assert (result.item_id, result.item and result.item.folder) == ("D/new", "D")
    assert service.asked == [LISTS, f"{LISTS}/D/tasks", f"{LISTS}/D/tasks"]


def test_a_mark_is_found_in_whatever_list(service: Service) -> None:
    """R17: the default list first; the others only for what is not there, flagged mails never."""
    expanded = "$top=100&$expand=linkedResources"
    ours: dict[str, Any] = {"linkedResources": [{"applicationName": "CRMcorner", "externalId": "s"}]}
    service.page(f"{LISTS}/D/tasks?{expanded}", "d1", linkedResources=[], next_link=f"{LISTS}/D/tasks?2")
    service.page(f"{LISTS}/D/tasks?2", "d2", **ours)
    assert {each.item_id for each in service.items().created(["s"]).values()} == {"D/d2"}
    assert not any("/L/" in each for each in service.asked)
    service.page(f"{LISTS}/D/tasks?2", "d2", linkedResources=[])
    service.page(f"{LISTS}/L/tasks?{expanded}", "l1", "l2", **ours)
    assert {each.item_id for each in service.items().created(["s", "t"]).values()} == {"L/l1"}


def test_the_first_made_of_several_with_one_mark_is_ours(service: Service) -> None:
    """R17: a copy that the user made carries the mark as well."""
    expanded = "$top=100&$expand=linkedResources"
    ours = [{"applicationName": "CRMcorner", "externalId": "s"}]
    value = [
        {"id": f"d{hour}", "createdDateTime": f"2026-11-23T{hour}:00:00Z", "linkedResources": ours}
        for hour in ("10", "09", "11")
    ]
    service.answers[f"{LISTS}/D/tasks?{expanded}"] = (200, {"value": value})
    assert service.items().created(["s"])["s"].item_id == "D/d09"


def test_links_that_a_list_leaves_out_are_asked_for(service: Service) -> None:
    """R17: an option may be passed over without a word; then each task is asked, and one that is gone is gone."""
    service.page(f"{LISTS}/D/tasks?$top=100&$expand=linkedResources", "d1", "d2", "gone")
    one = f"{LISTS}/D/tasks/%s?$expand=linkedResources"
    service.answers[one % "d1"] = (200, {"id": "d1", "linkedResources": []})
    ours = [{"applicationName": "CRMcorner", "externalId": "s"}]
    service.answers[one % "d2"] = (200, {"id": "d2", "title": "x", "linkedResources": ours})
    found = service.items().created(["s"])["s"]
    assert isinstance(found.item, Upserted)
    assert (found.item_id, found.item.stamp) == ("D/d2", "s")


def test_a_task_whose_list_is_gone_is_gone(service: Service) -> None:
    """R84: that the list is not there is the service's positive word on the task."""
    service.answers[f"{LISTS}/D/tasks/d1?$expand=linkedResources"] = (200, {"id": "d1", "title": "x"})
    assert service.items().fetch(["D/d1", "X/x1"]).keys() == {"D/d1"}
