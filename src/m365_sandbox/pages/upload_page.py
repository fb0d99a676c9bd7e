"""Upload of vCard and CSV files into a folder of a mailbox."""

from typing import BinaryIO, cast

from werkzeug.wrappers import Response

from m365_sandbox.importing.contact import UnreadableFileError
from m365_sandbox.importing.files import Outcome, import_file
from m365_sandbox.pages.page import Page
from m365_sandbox.wording import Said

SHOWN = 500  # lines a file; the rest is counted


def form(page: Page, address: str) -> Response:
    """The form."""
    return _shown(page, address, [])


def take_in(page: Page, address: str) -> Response:
    """Import each file and list, file by file, what was taken and what was not."""
    box = page.mailbox(address)
    folder = page.folder(box, page.request.form.get("folder", ""))
    results: list[tuple[str, Outcome | Said]] = []
    for upload in page.request.files.getlist("file"):
        if not upload.filename:
            continue
        try:
            # A spooled file of an upload reads and seeks like any other.
            outcome: Outcome | Said = import_file(
                page.sandbox.state, box, cast("BinaryIO", upload.stream), folder
            )
        except UnreadableFileError as error:
            outcome = error.reason
        results.append((upload.filename, outcome))
    return _shown(page, address, results, Said("Choose a file first.") if not results else None)


def _shown(
    page: Page, address: str, results: list[tuple[str, Outcome | Said]], problem: Said | None = None
) -> Response:
    box = page.mailbox(address)
    failed = problem is not None or any(isinstance(outcome, Said) for _, outcome in results)
    return page.show(
        "upload.html",
        400 if failed else 200,
        mailbox=box,
        folders=[(depth, each) for depth, each in page.folders(box) if each.kind != "deleted"],
        folder=page.request.values.get("folder", ""),
        results=results,
        shown=SHOWN,
        problem=problem,
    )
