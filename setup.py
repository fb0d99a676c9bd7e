"""What pyproject.toml cannot say: the version stands in the changelog, and the catalogues are compiled on the way."""

import re
import subprocess
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent


class BuildWithCatalogues(build_py):
    """Compiles the translations before the package's files are gathered."""

    def run(self) -> None:
        """Builds as usual, with every .mo file beside its .po file."""
        subprocess.run([sys.executable, str(ROOT / "scripts/messages.py"), "compile"], check=True)  # noqa: S603
        super().run()


def version() -> str:
    """The newest version that the changelog names."""
    found = re.search(
        r"^## \[(\d+\.\d+\.\d+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    if not found:
        raise ValueError("CHANGELOG.md names no version: a heading such as '## [1.2.3]' is needed.")
    return found[1]


setup(version=version(), cmdclass={"build_py": BuildWithCatalogues})
