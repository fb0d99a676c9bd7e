"""The mailbox's list of categories (Graph: outlookCategory resource)."""

from m365_sandbox.errors import GraphError, bad_request, not_found
from m365_sandbox.graph import odata
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.request import Answer
from m365_sandbox.store.categories import COLORS, CategoryExistsError
from m365_sandbox.store.records import Category, JsonObject, NotFoundError


def _category_json(category: Category) -> JsonObject:
    return {"id": category.id, "displayName": category.name, "color": category.color}


def list_categories(call: Call) -> Answer:
    """GET outlook/masterCategories: the whole list; a `$filter` is passed over, as at Microsoft."""
    options = odata.allow(call.request, "$top", "$skip", "$select", "$filter")
    select = odata.selected(options, ("id", "displayName", "color"), "outlookCategory")
    top = odata.number(options, "$top", odata.TOP_MAX, least=1, most=odata.TOP_MAX)
    skip = odata.number(options, "$skip", 0, least=0)
    found = [_category_json(each) for each in call.state.categories.all(call.mailbox.n)]
    page = [
        entry if select is None else {name: entry[name] for name in ("id", *select)}
        for entry in found[skip : skip + top]
    ]
    return Answer(
        200,
        odata.collection(
            call.request,
            f"{call.owner}/outlook/masterCategories",
            page,
            next_skip=skip + top if len(found) > skip + top else None,
        ),
    )


def create_category(call: Call) -> Answer:
    """POST outlook/masterCategories: 201; the name must be new in this mailbox."""
    body = _known(call.request.json())
    name, color = body.get("displayName"), body.get("color", "none")
    if not isinstance(name, str) or not name.strip():
        raise bad_request("A category needs a displayName.", "ErrorInvalidRequest")
    try:
        category = call.state.categories.add(
            call.mailbox.n,
            name.strip(),
            _color(color),
            case_matters=call.readings.category_case == "sensitive",
        )
    except CategoryExistsError as error:
        code = (
            "ErrorCategoryAlreadyExists" if call.readings.duplicate_category == 409 else "ErrorInvalidRequest"
        )
        raise GraphError(call.readings.duplicate_category, code, str(error)) from error
    return Answer(201, {**_context(call), **_category_json(category)})


def get_category(call: Call, category: str) -> Answer:
    """GET outlook/masterCategories/{id}."""
    odata.allow(call.request)
    return Answer(200, {**_context(call), **_category_json(_found(call, category))})


def update_category(call: Call, category: str) -> Answer:
    """PATCH outlook/masterCategories/{id}: the colour; the name never changes."""
    found = _found(call, category)
    body = _known(call.request.json())
    if "displayName" in body and body["displayName"] != found.name:
        raise bad_request("The displayName of a category cannot be changed.", "ErrorInvalidPropertySet")
    if "color" in body:
        found = call.state.categories.recolor(call.mailbox.n, found.id, _color(body["color"]))
    return Answer(200, {**_context(call), **_category_json(found)})


def delete_category(call: Call, category: str) -> Answer:
    """DELETE outlook/masterCategories/{id}: 204; items keep the name."""
    call.state.categories.remove(call.mailbox.n, _found(call, category).id)
    return Answer(204)


def _known(body: JsonObject) -> JsonObject:
    for name in body:
        if "@" not in name and name not in {"displayName", "color"}:
            raise bad_request(
                f"The property '{name}' does not exist on type 'microsoft.graph.outlookCategory'.",
                "RequestBodyRead",
            )
    return body


def _color(color: object) -> str:
    if color not in COLORS:
        raise bad_request(f"'{color}' is no member of microsoft.graph.categoryColor.", "RequestBodyRead")
    return str(color)


def _found(call: Call, category: str) -> Category:
    try:
        return call.state.categories.get(call.mailbox.n, category)
    except NotFoundError:
        raise not_found() from None


def _context(call: Call) -> dict[str, str]:
    return call.context("outlook/masterCategories/$entity")
