"""The page of a customer's folder, and its panel on the customer's own page (R36, R71)."""

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.folders.customers import customer_or_404, folder_if_any
from crmcorner.folders.models import CustomerFolder, StoredFile
from crmcorner.folders.permissions import may_change_file, visible_files
from crmcorner.folders.root import root_name, shown_path
from crmcorner.items.text import tidy_line
from crmcorner.people.crm_ids import CrmId
from crmcorner.people.views import lists

ORDERS = {"name": "name_key", "size": "size", "date": "created_at", "owner": "owner__full_name"}
ON_PANEL = 8


@login_required
def customer_folder(request: HttpRequest, crm_id: CrmId) -> HttpResponse:
    """R71: the files of a customer, with search, sort, bin, and a form to add one."""
    user, asked = cast("User", request.user), lists.asked(request)
    customer = customer_or_404(user, crm_id)
    root = root_name(user)
    if not root:
        raise Http404
    folder = folder_if_any(customer) or CustomerFolder(**_holder(customer))
    found = _files(user, folder, deleted=asked.deleted)
    for word in tidy_line(asked.text).split():
        found = found.filter(name__icontains=word)
    if asked.mine:
        found = found.filter(owner=user)
    page = lists.page_of(request, found.order_by(*_order(asked.sort)).select_related("owner"))
    context: dict[str, Any] = {
        "customer": customer,
        "crm_id": crm_id,
        "path": shown_path(root, folder),
        "page": page,
        "rows": [_row(user, file) for file in page.object_list],
    }
    return render(request, "folders/customer_folder.html", context | asked.context())


@login_required
def panel(request: HttpRequest, crm_id: CrmId) -> HttpResponse:
    """Return the newest files of a customer for its page; nothing where customer folders are not used."""
    user = cast("User", request.user)
    if not root_name(user):
        return HttpResponse()
    customer = customer_or_404(user, crm_id)
    folder = folder_if_any(customer)
    files = _files(user, folder).order_by("-created_at", "-pk") if folder else StoredFile.objects.none()
    context = {"crm_id": crm_id, "files": files[:ON_PANEL], "count": files.count()}
    return render(request, "folders/_panel.html", context)


def _files(user: User, folder: CustomerFolder, *, deleted: bool = False) -> QuerySet[StoredFile]:
    return visible_files(user, deleted=deleted).filter(folder_id=folder.pk)


def _holder(customer: object) -> dict[str, object]:
    return {type(customer).__name__.lower(): customer}


def _order(sort: str) -> list[str]:
    column = ORDERS.get(sort.removeprefix("-"), ORDERS["name"])
    return [f"-{column}" if sort.startswith("-") and sort[1:] in ORDERS else column, "pk"]


def _row(user: User, file: StoredFile) -> dict[str, Any]:
    return {"file": file, "may_change": may_change_file(Actor(user=user), file)}
