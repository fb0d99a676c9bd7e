"""What was measured, beside what it must and what it should be; printed at once, kept as Markdown and as JSON."""

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Row:
    """A figure.

    Attributes:
        measure, figure, unit: what was measured.
        bound: the least that is possible.
        bar: a count that must not be exceeded; decides the exit code.
        goal: what is aimed at, and decides nothing.
        series, size: what it is one point of, for comparing sizes with each other.
    """

    measure: str
    figure: float
    unit: str = ""
    bound: float | None = None
    bar: float | None = None
    goal: float | None = None
    series: str = ""
    size: int | None = None

    @property
    def verdict(self) -> str:
        """Say where it stands: a missed bar loudly, a missed goal quietly."""
        if self.bar is not None and self.figure > self.bar:
            return "MISSED"
        return "above the goal" if self.goal is not None and self.figure > self.goal else ""

    @property
    def ratio(self) -> str:
        """Return how many times the bound it is, as shown."""
        return f"{self.figure / self.bound:.2f}" if self.bound else ""

    @property
    def limit(self) -> str:
        """Return what it is held against, as shown."""
        limits = (("", self.bar), ("goal ", self.goal))
        return ", ".join(f"{word}≤ {value:.10g}" for word, value in limits if value is not None)

    @property
    def shown(self) -> str:
        """Return the figure with its unit."""
        return f"{self.figure:.10g} {self.unit}".strip()


class Table:
    """Rows under headings.

    Args:
        name: of the files in which they are kept.
        title: what they are about.
        about: facts about the surroundings, besides those of every run.
    """

    def __init__(self, name: str, title: str, about: Mapping[str, str] | None = None) -> None:
        self.name, self.title, self.about = name, title, dict(about or {})
        self.parts: list[tuple[str, list[Row]]] = []
        self._rows: list[Row] = []
        self.remarks: list[str] = []

    @property
    def missed(self) -> list[tuple[str, Row]]:
        """Return the counts that exceed their bar, with their headings."""
        return [(part, row) for part, rows in self.parts for row in rows if row.verdict == "MISSED"]

    @property
    def standing(self) -> str:
        """Say how many bars are missed and how many goals are not reached, of how many."""
        rows = [row for _part, rows in self.parts for row in rows]
        bars, goals = ([each for each in rows if getattr(each, of) is not None] for of in ("bar", "goal"))
        above = sum(row.figure > (row.goal or 0.0) for row in goals)
        missed = f"{len(self.missed)} of {len(bars)} counts miss their bar"
        return f"{missed}, {above} of {len(goals)} costs are above their goal."

    def part(self, heading: str) -> None:
        """Begin a part, or go on with one that was begun before."""
        print(f"\n{heading}", flush=True)
        known = next((rows for part, rows in self.parts if part == heading), None)
        self._rows = [] if known is None else known
        if known is None:
            self.parts.append((heading, self._rows))

    def remark(self, text: str) -> None:
        """Add something that has to be said of the figures."""
        print(f"  {text}", flush=True)
        self.remarks.append(text)

    def count(self, measure: str, figure: float, bar: float | None, *, bound: float | None = None) -> None:
        """Add a count that must not exceed its bar (None: it has none)."""
        self._add(Row(measure, figure, bound=bound, bar=bar))

    def cost(
        self,
        measure: str,
        figure: float,
        unit: str = "",
        *,
        goal: float | None = None,
        bound: float | None = None,
        digits: int = 2,
    ) -> None:
        """Add a time, a ratio or a size, which decides nothing."""
        self._add(Row(measure, round(figure, digits), unit, bound=bound, goal=goal))

    def point(
        self,
        series: str,
        size: int,
        figure: float,
        unit: str = "",
        *,
        goal: float | None = None,
        measure: str = "",
    ) -> None:
        """Add a cost of one size, which is to be compared with that of other sizes."""
        measure = measure or f"{series} at {size:,}"
        self._add(Row(measure, round(figure, 1), unit, goal=goal, series=series, size=size))

    def growth(self, goal: float) -> None:
        """Say how much costs grew from the first size to the last."""
        points: dict[str, list[Row]] = {}
        for _part, rows in self.parts:
            for row in rows:
                if row.size is not None:
                    points.setdefault(row.series, []).append(row)
        self.part("Growth with the number of items")
        for series, rows in points.items():
            if len(rows) > 1:
                named = f"{series}: {rows[-1].size:,} ÷ {rows[0].size:,}"
                self.cost(named, rows[-1].figure / rows[0].figure, goal=goal)

    def _add(self, row: Row) -> None:
        self._rows.append(row)
        bound = "" if row.bound is None else f"{row.bound:.10g}"
        shown = (
            f"  {row.measure:<58} {row.shown:>11} {bound:>8} {row.ratio:>7}  {row.limit:<16} {row.verdict}"
        )
        print(shown.rstrip(), flush=True)

    def keep(self, command: str) -> None:
        """Write the figures down with the command that made them."""
        about: dict[str, Any] = {
            "title": self.title,
            "command": command,
            "date": datetime.now(UTC).date().isoformat(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            **self.about,
            "remarks": self.remarks,
            "missed": len(self.missed),
        }
        rows = [{"part": part, **asdict(row)} for part, rows in self.parts for row in rows]
        RESULTS.mkdir(exist_ok=True)
        text = json.dumps({**about, "rows": rows}, indent=1, ensure_ascii=False)
        (RESULTS / f"{self.name}.json").write_text(text + "\n", encoding="utf-8")
        (RESULTS / f"{self.name}.md").write_text(self._markdown(about), encoding="utf-8")

    def _markdown(self, about: Mapping[str, Any]) -> str:
        more = "".join(f", {value}" for value in self.about.values())
        lines = [
            f"# {self.title}",
            "",
            f"`{about['command']}` on {about['date']}: {about['cores']} cores, Python {about['python']}{more}.",
            "What the measures mean and which of them decide: [measuring](../../docs/development/measuring.md).",
        ]
        if any(row.limit for _part, rows in self.parts for row in rows):
            lines += ["", self.standing]
        lines += ["", *(f"- {remark}" for remark in self.remarks)] if self.remarks else []
        if self.missed:
            lines += ["", "## Bars that are missed", ""]
            lines += [
                f"- {part}: {row.measure}: **{row.shown}**, must be {row.limit}" for part, row in self.missed
            ]
        for heading, rows in self.parts:
            lines += ["", f"## {heading}", "", "| measure | figure | least | ratio | held against | |"]
            lines += ["| --- | --- | --- | --- | --- | --- |"]
            lines += [_line(row) for row in rows]
        return "\n".join(lines) + "\n"


def _line(row: Row) -> str:
    bound = "" if row.bound is None else f"{row.bound:.10g}"
    return f"| {row.measure} | {row.shown} | {bound} | {row.ratio} | {row.limit} | {row.verdict} |"
