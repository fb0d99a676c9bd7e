"""What was measured, beside what it must and what it should be; printed at once, kept as Markdown and as JSON."""

import json
import os
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Row:
    """A figure. ``bar`` is a count that must not be exceeded; ``goal`` is what is aimed at and decides nothing."""

    measure: str
    figure: float
    unit: str = ""
    bar: float | None = None
    goal: float | None = None

    @property
    def verdict(self) -> str:
        """Say where it stands: a missed bar loudly, a missed goal quietly."""
        if self.bar is not None and self.figure > self.bar:
            return "MISSED"
        return "above the goal" if self.goal is not None and self.figure > self.goal else ""

    @property
    def limit(self) -> str:
        """Return what it is held against, as shown."""
        limits = (("", self.bar), ("goal ", self.goal))
        return ", ".join(f"{word}≤ {value:g}" for word, value in limits if value is not None)

    @property
    def shown(self) -> str:
        """Return the figure with its unit."""
        return f"{self.figure:.10g} {self.unit}".strip()


class Table:
    """Rows under headings."""

    def __init__(self) -> None:
        self.parts: list[tuple[str, list[Row]]] = []

    @property
    def missed(self) -> list[Row]:
        """Return the counts that exceed their bar."""
        return [row for _heading, rows in self.parts for row in rows if row.verdict == "MISSED"]

    def part(self, heading: str) -> None:
        """Begin a part."""
        print(f"\n{heading}", flush=True)
        self.parts.append((heading, []))

    def count(self, measure: str, figure: float, bar: float) -> None:
        """Add a count that must not exceed its bar."""
        self._add(Row(measure, figure, bar=bar))

    def cost(
        self, measure: str, figure: float, unit: str = "", *, goal: float | None = None, digits: int = 2
    ) -> None:
        """Add a time, a ratio or a size, which decides nothing."""
        self._add(Row(measure, round(figure, digits), unit, goal=goal))

    def _add(self, row: Row) -> None:
        self.parts[-1][1].append(row)
        print(f"  {row.measure:<62} {row.shown:>11}  {row.limit:<18} {row.verdict}".rstrip(), flush=True)

    def keep(self, command: str) -> None:
        """Write the figures down with the command that made them."""
        about = {
            "command": command,
            "date": datetime.now(UTC).date().isoformat(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "database": "SQLite",
        }
        rows = [{"part": heading, **asdict(row)} for heading, part in self.parts for row in part]
        text = json.dumps({**about, "rows": rows}, indent=1, ensure_ascii=False)
        (RESULTS / "contacts.json").write_text(text + "\n", encoding="utf-8")
        lines = [
            "# Contacts, against the sandbox with its limits enforced",
            "",
            f"`{command}` on {about['date']}: {about['cores']} cores, Python {about['python']}, {about['database']}.",
            "What the measures mean and which of them decide: [measuring](../../docs/development/measuring.md).",
        ]
        for heading, part in self.parts:
            lines += [
                "",
                f"## {heading}",
                "",
                "| measure | figure | held against | |",
                "| --- | --- | --- | --- |",
            ]
            lines += [f"| {row.measure} | {row.shown} | {row.limit} | {row.verdict} |" for row in part]
        (RESULTS / "contacts.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
