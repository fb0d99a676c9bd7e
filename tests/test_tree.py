"""The limits of the house, measured on the tree itself: sizes, names, and no trace of any one machine."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = ("src", "scripts", "bench", "setup.py")
EVERYTHING = (*PRODUCT, "tests", "docs", "locale", "requirements", ".ci")
GENERATED = {"migrations", "vendor", "__pycache__"}  # written by Django, by others, by Python
LONGEST_FILE = 400
LONGEST_TEST_FILE = 500
LONGEST_FUNCTION = 50
REFUSED_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "base"}
MACHINE_PATH = re.compile(r"(?<![\w./}\-])/(?:work|root|tmp|home/[a-z]+)/")
REGISTRY = re.compile(r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|deb\.debian\.org")
INDEX_OPTION = re.compile(r"^\s*--(?:extra-)?(?:index-url|find-links|trusted-host)", re.MULTILINE)


def files(*places: str) -> list[Path]:
    """The files under these places that people wrote; a place that does not exist (yet) has none."""
    found: list[Path] = []
    for place in places:
        top = ROOT / place
        found += [top] if top.is_file() else [path for path in top.rglob("*") if path.is_file()]
    return sorted(
        path
        for path in found
        if not GENERATED & set(path.parts) and not any(p.endswith(".egg-info") for p in path.parts)
    )


def modules(*places: str) -> list[Path]:
    """The Python modules among them."""
    return [path for path in files(*places) if path.suffix == ".py"]


def texts(*places: str) -> list[tuple[str, str]]:
    """Path and content of every file that is text."""
    found = []
    for path in files(*places):
        try:
            found.append((path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return found


def top_level() -> list[str]:
    """The files at the top of the checkout that people wrote."""
    return [
        path.name
        for path in ROOT.iterdir()
        if path.is_file() and path.suffix in {".md", ".toml", ".in", ".py", ""} and path.name != ".git"
    ]


def line_counts(paths: list[Path]) -> dict[str, int]:
    """How many lines each file has, by its path from the root."""
    return {p.relative_to(ROOT).as_posix(): len(p.read_text(encoding="utf-8").splitlines()) for p in paths}


def too_long(sizes: dict[str, int], limit: int) -> dict[str, int]:
    """Those beyond the limit, so that a failure lists them."""
    return {name: size for name, size in sizes.items() if size > limit}


def function_sizes(paths: list[Path]) -> dict[str, int]:
    """How many lines each function has, decorators apart, by `path:line name`."""
    return {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": (node.end_lineno or node.lineno)
        - node.lineno
        + 1
        for path in paths
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_files_stay_readable() -> None:
    """No module, template or script of the product has more than 400 lines."""
    written = [path for path in files(*PRODUCT) if path.suffix in {".py", ".html", ".js", ".css", ""}]
    assert too_long(line_counts(written), LONGEST_FILE) == {}


def test_test_files_stay_readable() -> None:
    """No test module has more than 500 lines."""
    assert too_long(line_counts(modules("tests")), LONGEST_TEST_FILE) == {}


def test_long_functions_are_rare() -> None:
    """At most one function in a hundred has more than 50 lines."""
    sizes = function_sizes(modules(*PRODUCT))
    offenders = too_long(sizes, LONGEST_FUNCTION)
    assert len(offenders) <= len(sizes) / 100, offenders


def test_modules_are_named_after_what_they_hold() -> None:
    """Nothing is called utils or the like, neither a module nor a package."""
    names = {
        path for path in modules(*PRODUCT, "tests") for part in path.parts if Path(part).stem in REFUSED_NAMES
    }
    assert names == set()


def test_every_test_folder_is_a_package() -> None:
    """Test modules of the same name in two folders do not hide each other."""
    folders = {path.parent for path in modules("tests")}
    assert [folder for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    """No path of somebody's machine stands in a file."""
    found = [name for name, text in texts(*EVERYTHING, *top_level()) if MACHINE_PATH.search(text)]
    assert found == []


def test_no_file_names_a_package_registry() -> None:
    """Where packages come from is the machine's own setting: no host, no index option."""
    found = [
        name
        for name, text in texts(*EVERYTHING, *top_level())
        if REGISTRY.search(text) or INDEX_OPTION.search(text)
    ]
    assert found == []
