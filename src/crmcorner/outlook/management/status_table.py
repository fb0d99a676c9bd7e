"""R11's table on a terminal, and in a sentence how a run ended."""

import os
from typing import IO, Any, cast

from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from crmcorner.outlook import wording
from crmcorner.outlook.models import Run
from crmcorner.outlook.models.run import RunProblem, RunState
from crmcorner.outlook.services.figures import KindRow, rows_of
from crmcorner.outlook.services.runs import kinds_on


def print_status(run: Run, out: Any) -> None:
    """Print R11's table of a run, a row for each kind that is on, in the terminal's language.

    Args:
        run: the run, as it is stored now.
        out: a command's output, or any text stream.
    """
    ending = getattr(out, "ending", None)
    with translation.override(language()):
        console_on(out).print(figures_table(rows_of(run, kinds_on(run.connection.user))))
    if ending is not None:
        out.ending = ending


def console_on(out: Any, *, quiet: bool = False) -> Console:
    """Return a console that writes to a command's output, which then no longer ends lines by itself."""
    if hasattr(out, "ending"):
        out.ending = ""
    return Console(file=cast("IO[str]", out), quiet=quiet)


def language() -> str:
    """Return the language of the terminal, as far as we have it: Dutch, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return "nl" if os.environ[name].startswith("nl") else "en"
    return "en"


def figures_table(rows: tuple[KindRow, ...]) -> Table:
    """Return R11's table: a row for each kind that is on."""
    table = Table()
    table.add_column(_("Kind"))
    for title in (_("Count"), _("Changed"), _("Error")):
        table.add_column(title, justify="right")
    notes = [_note(row) for row in rows]
    if any(notes):
        table.add_column("")
    for row, note in zip(rows, notes, strict=True):
        shown = row.figures
        numbers = (shown.looked_at, shown.changed, shown.errors) if shown else ("–", "–", "–")
        table.add_row(
            str(wording.KINDS[row.kind]),
            *(str(number) for number in numbers),
            *([note] if any(notes) else []),
        )
    return table


def _note(row: KindRow) -> str:
    if row.figures is None:
        return ""
    return _("waiting: %(n)s") % {"n": row.waiting} if row.waiting else ""


def ending_text(run: Run) -> str:
    """Return in a sentence how a run ended, if not well; "" if it did."""
    if run.state == RunState.DONE:
        return ""
    if run.problem:
        text = str(wording.PROBLEMS[RunProblem(run.problem)])
        if run.resume_at:
            text += " " + date_format(localtime(run.resume_at), "SHORT_DATETIME_FORMAT")
        return f"{text} [{run.problem_detail}]" if run.problem_detail else text
    return _("The synchronisation was stopped; the next one goes on from there.")
