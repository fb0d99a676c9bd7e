"""How a run looks on a terminal while it is going on: moving bars there, plain lines elsewhere."""

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn

from crmcorner.items.records import Kind
from crmcorner.outlook import wording


class Watch:
    """Shows how far a run is. Used as a context; `note` is told about each step.

    Args:
        console: where to; a terminal gets moving bars, a pipe gets a line for each new phase.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bars = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._bar_of: dict[Kind, TaskID] = {}
        self._told: set[tuple[Kind, str]] = set()

    def __enter__(self) -> "Watch":
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def note(self, kind: Kind, phase: str, done: int, total: int) -> None:
        """Show that this kind is in this phase (`wording.PHASES`), so many items on; a total of 0 is not known."""
        text = f"{wording.KINDS[kind]}: {wording.PHASES.get(phase, phase)}"
        if not self._console.is_terminal:
            if (kind, phase) not in self._told:
                self._console.print(f"{text}…", highlight=False)
            self._told.add((kind, phase))
            return
        if kind not in self._bar_of:
            self._bar_of[kind] = self._bars.add_task(text, total=None)
        self._bars.update(self._bar_of[kind], description=text, completed=done, total=total or None)
