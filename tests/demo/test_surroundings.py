"""Where the demo keeps its things."""

import os
from pathlib import Path

import pytest

from crmcorner.demo.surroundings import prepare


@pytest.fixture(autouse=True)
def _same_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put back what the demo sets."""
    for name in ("CRMCORNER_DATA", "CRMCORNER_GRAPH_URL", "CRMCORNER_LOGIN_URL", "CRMCORNER_DATABASE_URL"):
        monkeypatch.setenv(name, os.environ.get(name, ""))


@pytest.mark.parametrize("option", ["--once", "--fresh"])
def test_beginning_anew_deletes_the_demos_own_data_and_nothing_else(tmp_path: Path, option: str) -> None:
    """Someone may name a folder of his own: only what the demo put there goes."""
    (tmp_path / "crmcorner").mkdir()
    (tmp_path / "crmcorner" / "crmcorner.sqlite3").touch()
    (tmp_path / "letters").mkdir()
    prepare([option, "--folder", str(tmp_path)])
    assert not (tmp_path / "crmcorner").exists()
    assert (tmp_path / "letters").exists()


def test_demo_never_touches_the_firms_own_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database in the environment is not the demo's."""
    monkeypatch.setenv("CRMCORNER_DATABASE_URL", "postgresql://localhost/firm")
    prepare(["--folder", str(tmp_path), "--sandbox-port", "8399"])
    assert "CRMCORNER_DATABASE_URL" not in os.environ
    assert os.environ["CRMCORNER_GRAPH_URL"] == "http://127.0.0.1:8399/v1.0"
