"""The demo as a newcomer starts it, and a browser in front of it."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

PASSWORD = "spiegelstraat-3"
START_SECONDS = 90.0
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@dataclass(frozen=True)
class Demo:
    """Where the demo's two servers are."""

    crm: str
    outlook: str

    def mailbox(self, username: str = "michael") -> str:
        """Return the address of a user's mailbox on the sandbox's pages."""
        return f"{self.outlook}/mailboxes/{username}@huisintveld.example"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo firm and its sandbox, started by the product's own command in a folder of its own."""
    folder: Path = tmp_path_factory.mktemp("demo")
    crm, outlook = _free_port(), _free_port()
    command = [sys.executable, "-m", "crmcorner", "demo", "--folder", str(folder)]
    command += ["--port", str(crm), "--sandbox-port", str(outlook)]
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("CRMCORNER_")}
    surroundings["PYTHONPATH"] = str(Path(__file__).resolve().parents[2] / "src")
    log = (folder / "log").open("wb")
    process = subprocess.Popen(command, env=surroundings, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _answers(f"http://127.0.0.1:{crm}/sign-in/"):
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"the demo did not start:\n{(folder / 'log').read_text(encoding='utf-8')}")
            time.sleep(0.2)
        yield Demo(crm=f"http://127.0.0.1:{crm}", outlook=f"http://127.0.0.1:{outlook}")
    finally:
        process.terminate()
        process.wait(timeout=30)
        log.close()


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh window in English that fails the test on any error in its console."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    window = context.new_page()
    window.set_default_timeout(20_000)
    wrong: list[str] = []
    window.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    window.on("pageerror", lambda error: wrong.append(str(error)))
    yield window
    context.close()
    assert [text for text in wrong if "403" not in text and "404" not in text] == []


def sign_in(page: Page, demo: Demo, username: str) -> None:
    """Sign in as one of the demo's users."""
    page.goto(f"{demo.crm}/")
    page.locator("#id_login").fill(username)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main button.btn-primary").click()
    expect(page.locator(".sidebar")).to_be_visible()


def synchronise(page: Page, demo: Demo) -> None:
    """Press the button on the home screen and wait until the run is done."""
    page.goto(f"{demo.crm}/")
    page.locator("button.sync-button").click()
    expect(page.locator("[data-run-state]")).to_have_attribute("data-run-state", "done", timeout=60_000)


def figure(page: Page, column: str, kind: str = "Contacts") -> int:
    """Return a figure of a kind's row on the status screen: ``count``, ``changed`` or ``error``."""
    text = page.locator(f"tr[data-kind={kind}] [data-figure={column}]").inner_text()
    return int(re.sub(r"\D", "", text) or 0)
