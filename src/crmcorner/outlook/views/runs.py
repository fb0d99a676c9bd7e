"""Earlier runs, and the list behind every number (R13, R15)."""

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from crmcorner.accounts.models import User
from crmcorner.items.records import Kind
from crmcorner.outlook import wording
from crmcorner.outlook.models import Connection, Run
from crmcorner.outlook.models.run import RunState
from crmcorner.outlook.services import figures
from crmcorner.outlook.services.figures import Column
from crmcorner.outlook.views import shown
from crmcorner.outlook.views.board import CHIPS, duration_text, lines_url, problem_of
from crmcorner.people.lookup import labels_of
from crmcorner.sync.report import Figures, Outcome

PAGE_SIZE = 50


@login_required
def run_list(request: HttpRequest) -> HttpResponse:
    """R15: the runs of the user's mailbox with time, trigger, duration, figures and outcome."""
    connection = Connection.objects.filter(user=cast("User", request.user)).first()
    runs = figures.runs_of(connection) if connection else Run.objects.none()
    page = Paginator(runs, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request, "outlook/run_list.html", {"page": page, "rows": [_row(run) for run in page.object_list]}
    )


@login_required
def line_list(request: HttpRequest, pk: int, kind: str, column: str) -> HttpResponse:
    """R13: the list behind a number of one of the user's own runs."""
    run = get_object_or_404(Run.objects.select_related("connection"), pk=pk, connection__user=request.user)
    chosen = next((each for each in Kind if each.value.lower() == kind), None)
    if chosen is None or column not in set(Column):
        raise Http404
    lines = figures.lines_of(run, kind=chosen, column=Column(column))
    counted = figures.figures_of(run).get(chosen) or Figures(looked_at=0, changed=0, errors=0)
    latest = not Run.objects.filter(connection=run.connection, pk__gt=run.pk).exists()
    part = run.kinds.filter(kind=chosen.value).first()
    with_unchanged = column == Column.COUNT and latest
    both: Any = _Both(lines, figures.unchanged_links(run, chosen), lines.count()) if with_unchanged else lines
    page: Page[Any] = Paginator(both, PAGE_SIZE).get_page(request.GET.get("page"))
    note = ""
    if column == Column.COUNT and part and part.unchanged and not latest:
        note = _("%(n)s contacts were in step and are not listed for an earlier run.") % {"n": part.unchanged}
    context = {
        "run": run,
        "heading": f"{wording.KINDS[chosen]}: {_column_label(Column(column)).lower()}",
        "tabs": _tabs(run, chosen, Column(column), counted),
        "page": page,
        "lines": _shown(page),
        "unchanged_note": note,
    }
    return render(request, "outlook/line_list.html", context)


class _Both:
    """The lines of a run, and behind them the links that needed none, as one list for the pager."""

    def __init__(self, lines: Any, links: Any, line_count: int) -> None:
        self.lines, self.links, self.line_count = lines, links, line_count

    def __len__(self) -> int:
        return self.line_count + int(self.links.count())

    def __getitem__(self, part: slice) -> list[Any]:
        start, stop = part.start or 0, part.stop or 0
        found = list(self.lines[start : min(stop, self.line_count)]) if start < self.line_count else []
        if stop > self.line_count:
            found += list(self.links[max(start - self.line_count, 0) : stop - self.line_count])
        return found


def _shown(page: "Page[Any]") -> list[dict[str, Any]]:
    names = labels_of(each.crm_id for each in page.object_list if not hasattr(each, "outcome"))
    found = []
    for each in page.object_list:
        if hasattr(each, "outcome"):
            found.append(shown.line_shown(each))
        else:
            label = names.get(each.crm_id, each.crm_id)
            found.append(
                {
                    "label": label,
                    "url": shown.record_url(each.crm_id),
                    "outcome": str(wording.OUTCOMES[Outcome.UNCHANGED]),
                }
            )
    return found


def _column_label(column: Column) -> str:
    return {Column.COUNT: _("Count"), Column.CHANGED: _("Changed"), Column.ERROR: _("Error")}[column]


def _tabs(run: Run, kind: Kind, current: Column, counted: Figures) -> list[dict[str, Any]]:
    numbers = {Column.COUNT: counted.looked_at, Column.CHANGED: counted.changed, Column.ERROR: counted.errors}
    return [
        {
            "label": _column_label(column),
            "number": number,
            "url": lines_url(run, kind.value, column),
            "current": column is current,
        }
        for column, number in numbers.items()
    ]


def _row(run: Run) -> dict[str, Any]:
    counted = figures.figures_of(run)
    kind = next(iter(counted), Kind.CONTACTS)
    total = counted.get(kind) or Figures(looked_at=0, changed=0, errors=0)
    return {
        "run": run,
        "chip": CHIPS[RunState(run.state)],
        "problem": problem_of(run)["problem"],
        "duration": duration_text(run),
        "looked_at": total.looked_at,
        "changed": total.changed,
        "errors": total.errors,
        "looked_at_url": lines_url(run, kind.value, Column.COUNT),
        "changed_url": lines_url(run, kind.value, Column.CHANGED),
        "errors_url": lines_url(run, kind.value, Column.ERROR),
    }
