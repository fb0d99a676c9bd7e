"""How cost grows with the number of contacts, drawn from the kept results: ``python -m bench.picture``."""

import json
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from bench.place import ROOT
from bench.table import RESULTS

FILE = ROOT / "docs" / "development" / "growth.svg"

WIDTH, HEIGHT = 460, 330
LEFT, TOP, RIGHT, BOTTOM = 64, 52, 18, 96

COLOURS = ("#1f5fa8", "#c2571a", "#2c7d4f", "#7a3e9d")


@dataclass(frozen=True)
class Line:
    """Points of one series: number of items, figure."""

    name: str
    points: Sequence[tuple[int, float]]


@dataclass(frozen=True)
class Chart:
    """One of the drawings; both axes are logarithmic. ``goal`` is drawn as a dashed line."""

    title: str
    unit: str
    lines: Sequence[Line]
    goal: float


def main() -> int:
    """Draw; 1 if there are no results yet."""
    charts = [each for each in (_first_runs(), _no_ops()) if each.lines]
    if not charts:
        print("There are no results to draw yet.", file=sys.stderr)
        return 1
    FILE.write_text(_svg(charts), encoding="utf-8")
    print(f"drawn: {FILE.relative_to(ROOT)}")
    return 0


def _first_runs() -> Chart:
    lines = [
        Line("CRMcorner, first push", _series("large", "push: CPU per 1,000")),
        Line("CRMcorner, first pull", _series("large", "pull: CPU per 1,000")),
    ]
    return Chart("CPU of a first run", "ms for each 1,000 contacts", _drawable(lines), 250)


def _no_ops() -> Chart:
    lines = [Line("CRMcorner, in process", _series("large", "no-op after a pull: CPU"))]
    for name in ("CRMcorner", "vdirsyncer with radicale", "vdirsyncer-graph"):
        points = _series("peers", f"{name}, no-op: client CPU")
        lines.append(Line(f"{name}, whole process", points))
    return Chart("CPU of a run without changes", "ms", _drawable(lines), 20)


def _drawable(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line.points]


def _series(results: str, name: str) -> list[tuple[int, float]]:
    """Return the kept points of a series; none where that part was not measured."""
    file = RESULTS / f"{results}.json"
    if not file.exists():
        return []
    rows: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["rows"]
    return [(row["size"], row["figure"]) for row in rows if row.get("series") == name]


def _svg(charts: Sequence[Chart]) -> str:
    width = WIDTH * len(charts)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" role="img">',
        "<style>text {font: 12px sans-serif}</style>",
        "<title>How cost grows with the number of contacts</title>",
        f'<rect width="{width}" height="{HEIGHT}" fill="#ffffff"/>',
    ]
    for number, chart in enumerate(charts):
        parts += [f'<g transform="translate({number * WIDTH} 0)">', *_drawn(chart), "</g>"]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _drawn(chart: Chart) -> list[str]:
    sizes = [size for line in chart.lines for size, _figure in line.points]
    figures = [figure for line in chart.lines for _size, figure in line.points] + [chart.goal]
    across = _Scale(_power(min(sizes), down=True), _power(max(sizes)), LEFT, WIDTH - RIGHT)
    upwards = _Scale(_power(min(figures), down=True), _power(max(figures)), HEIGHT - BOTTOM, TOP)
    parts = [
        f'<text x="{LEFT}" y="22" style="font-size: 15px">{escape(chart.title)}</text>',
        f'<text x="{LEFT}" y="40" fill="#555555">{escape(chart.unit)}</text>',
        *_grid(across, upwards),
    ]
    y = upwards.at(chart.goal)
    parts += [
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#777777" stroke-dasharray="5 4"/>',
        f'<text x="{WIDTH - RIGHT}" y="{y - 4:.1f}" text-anchor="end" fill="#777777">goal {chart.goal:g}</text>',
    ]
    for number, line in enumerate(chart.lines):
        parts += _curve(line, COLOURS[number % len(COLOURS)], number, across, upwards)
    return parts


def _curve(line: Line, colour: str, number: int, across: "_Scale", upwards: "_Scale") -> list[str]:
    places = [(across.at(size), upwards.at(figure)) for size, figure in sorted(line.points)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    below = HEIGHT - BOTTOM + 46 + 16 * (number % 3)
    beside = LEFT + 200 * (number // 3)
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
    return [
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
        *dots,
        f'<rect x="{beside}" y="{below - 9}" width="10" height="10" fill="{colour}"/>',
        f'<text x="{beside + 15}" y="{below}">{escape(line.name)}</text>',
    ]


def _grid(across: "_Scale", upwards: "_Scale") -> list[str]:
    floor, parts = HEIGHT - BOTTOM, []
    for size in across.powers():
        x = across.at(size)
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{floor}" stroke="#dddddd"/>')
        parts.append(f'<text x="{x:.1f}" y="{floor + 16}" text-anchor="middle">{size:,}</text>')
    for figure in upwards.powers():
        y = upwards.at(figure)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#dddddd"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{figure:,}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    return [
        *parts,
        f'<text x="{middle}" y="{floor + 31}" text-anchor="middle" fill="#555555">contacts</text>',
    ]


def _power(value: float, *, down: bool = False) -> int:
    """Return the power of ten at or beyond a value."""
    return int(10 ** (math.floor if down else math.ceil)(math.log10(value)))


@dataclass(frozen=True)
class _Scale:
    """From a number between two powers of ten to a place on the drawing."""

    least: int
    most: int
    begin: float
    end: float

    def at(self, value: float) -> float:
        """Return the place of a value."""
        part = math.log10(value / self.least) / math.log10(self.most / self.least)
        return self.begin + part * (self.end - self.begin)

    def powers(self) -> list[int]:
        """Return the powers of ten to be marked."""
        count = round(math.log10(self.most / self.least))
        return [self.least * 10**power for power in range(count + 1)]


if __name__ == "__main__":
    sys.exit(main())
