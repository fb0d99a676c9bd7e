"""The pages of contact groups: list, one group with its members, form, bin (R71, R73)."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.people.crm_ids import crm_id_of
from crmcorner.people.forms import GroupForm, group_initial
from crmcorner.people.models import ContactGroup, Membership, Organisation, Person
from crmcorner.people.permissions import may_change_group, require_change_group, visible_groups
from crmcorner.people.search import GROUP_ORDERS, find_groups, find_organisations, find_persons, ordered
from crmcorner.people.services import groups
from crmcorner.people.views import lists, record_form, shown

FOUND_AT_ONCE = 20


@login_required
def group_list(request: HttpRequest) -> HttpResponse:
    """R71, R73: groups that the user sees."""
    user, asked = cast("User", request.user), lists.asked(request)
    found = find_groups(user, asked.text, mine=asked.mine, deleted=asked.deleted)
    found = found.annotate(member_count=Count("memberships")).order_by(*ordered(asked.sort, GROUP_ORDERS))
    page = lists.page_of(request, found)
    return render(request, "people/group_list.html", {"page": page} | asked.context())


@login_required
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """R71: one group with its members, and a search for more."""
    user, record = cast("User", request.user), _visible(request, pk)
    memberships = record.memberships.select_related("person", "organisation")
    memberships = memberships.order_by("person__sort_key", "organisation__name_key", "pk")
    page = lists.page_of(request, memberships, 100)
    find = request.GET.get("find", "").replace("\x00", "").strip()
    context: dict[str, Any] = {
        "group": record,
        "page": page,
        "members": [_member(row) for row in page.object_list],
        "may_change": may_change_group(Actor(user=user), record),
        "find": find,
        "found": _choices(user, record, find) if find else [],
        "history": shown.history_shown(user, f"group:{record.pk}"),
    }
    return render(request, "people/group.html", context)


@login_required
def group_add(request: HttpRequest) -> HttpResponse:
    """R71: make a group."""
    initial = {"owner": request.user.pk, "public": True}
    return _form(request, None, initial, _("New group"), reverse("people:group-list"))


@login_required
def group_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """R71: change a group."""
    record = _visible(request, pk)
    require_change_group(Actor(user=cast("User", request.user)), record)
    back = reverse("people:group", args=[pk])
    return _form(request, record, group_initial(record), _("Change %(name)s") % {"name": record}, back)


@login_required
@require_POST
def group_members(request: HttpRequest, pk: int) -> HttpResponse:
    """R71: add members to a group, or take them out."""
    record, actor = _visible(request, pk), Actor(user=cast("User", request.user))
    add, remove = request.POST.getlist("add"), request.POST.getlist("remove")
    if add:
        count = groups.add_members(actor=actor, group=record, crm_ids=add)
        messages.success(
            request, ngettext("%(n)s member added.", "%(n)s members added.", count) % {"n": count}
        )
    if remove:
        count = groups.remove_members(actor=actor, group=record, crm_ids=remove)
        messages.success(
            request, ngettext("%(n)s member taken out.", "%(n)s members taken out.", count) % {"n": count}
        )
    if not add and not remove:
        messages.warning(request, _("Choose someone first."))
    return redirect("people:group", pk=pk)


@login_required
@require_POST
def group_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """R71: put a group in the bin."""
    record = _visible(request, pk)
    groups.delete_group(actor=Actor(user=cast("User", request.user)), group=record)
    messages.success(
        request, _("%(name)s was deleted. Under “Deleted” you can restore it.") % {"name": record}
    )
    return redirect("people:group-list")


@login_required
@require_POST
def group_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """R71: take a group out of the bin."""
    record = _visible(request, pk)
    groups.restore_group(actor=Actor(user=cast("User", request.user)), group=record)
    messages.success(request, _("%(name)s is back.") % {"name": record})
    return redirect("people:group", pk=pk)


def _visible(request: HttpRequest, pk: int) -> ContactGroup:
    """Return a group, or 404 where he may not know that it exists (R73)."""
    user = cast("User", request.user)
    visible = visible_groups(user) | visible_groups(user, deleted=True)
    return get_object_or_404(visible.select_related("main_group", "owner"), pk=pk)


def _member(row: Membership) -> dict[str, str]:
    record = row.person or row.organisation
    assert record is not None  # noqa: S101 - the table's own constraint
    return _shown(record)


def _shown(record: Person | Organisation) -> dict[str, str]:
    person = isinstance(record, Person)
    url = reverse("people:person" if person else "people:organisation", args=[record.pk])
    more = str(record.organisation or "") if isinstance(record, Person) else _("organisation")
    kind = _("person") if person else _("organisation")
    return {"crm_id": crm_id_of(record), "label": str(record), "url": url, "kind": kind, "more": more}


def _choices(user: User, record: ContactGroup, text: str) -> list[dict[str, str]]:
    persons = find_persons(user, text).exclude(memberships__group=record).order_by("sort_key")[:FOUND_AT_ONCE]
    firms = (
        find_organisations(user, text).exclude(memberships__group=record).order_by("name_key")[:FOUND_AT_ONCE]
    )
    return [*map(_shown, persons), *map(_shown, firms)]


def _form(
    request: HttpRequest, record: ContactGroup | None, initial: dict[str, Any], heading: str, back_url: str
) -> HttpResponse:
    form = GroupForm(request.POST if request.method == "POST" else None, initial=initial)

    def save() -> str:
        given, actor = form.cleaned_data, Actor(user=cast("User", request.user))
        names = ("name", "main_group", "owner", "public", "memo")
        values = groups.GroupValues(**{name: given[name] for name in names})
        if record is None:
            made = groups.create_group(actor=actor, values=values)
            return reverse("people:group", args=[made.pk])
        groups.change_group(actor=actor, group=record, values=values, expected_version=given["version"])
        visible = visible_groups(cast("User", request.user)).filter(pk=record.pk).exists()
        return back_url if visible else reverse("people:group-list")

    return record_form.answer(request, heading=heading, form=form, details=None, back_url=back_url, save=save)
