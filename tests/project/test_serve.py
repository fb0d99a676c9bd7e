"""``crmcorner serve``: the web and its background work in one process (R93)."""

import os
import queue
import signal
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest
from django_tasks_db.models import DBTaskResult

from crmcorner.outlook import tasks, worker_identity
from crmcorner.project import workers

ROOT = Path(__file__).parents[2]

PRESS = """
import time
from crmcorner.accounts.actor import Actor
from crmcorner.outlook.services import runs
from tests.outlook.world import JAN, World
world = World()
world.adds(JAN)
run = runs.press_button(actor=world.actor, user=world.user)
while run.state in runs.LIVE:
    time.sleep(0.05)
    run.refresh_from_db()
print(run.state, run.problem)
"""


def test_it_serves_works_and_stops(tmp_path: Path) -> None:
    """R10, R93: one process makes its database, answers, carries out what the button asks for, and stops cleanly."""
    surroundings = {
        **os.environ,
        "CRMCORNER_DATA": str(tmp_path),
        "CRMCORNER_GRAPH_URL": "http://127.0.0.1:9/v1.0",
        "CRMCORNER_LOGIN_URL": "http://127.0.0.1:9",
        "CRMCORNER_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "crmcorner.project.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "PYTHONUNBUFFERED": "1",
    }
    surroundings.pop("CRMCORNER_DATABASE_URL", None)
    python = sys.executable
    server = subprocess.Popen(  # noqa: S603 - our own command
        [python, "-m", "crmcorner", "serve", "--port", "0"],
        env=surroundings,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        address = _first_line(server).split()[3]
        with urllib.request.urlopen(f"{address}/sign-in/", timeout=30) as answer:  # noqa: S310 - our own server
            assert answer.status == 200
        pressed = subprocess.run(  # noqa: S603 - our own command
            [python, "-c", f"import django; django.setup()\n{PRESS}"],
            env=surroundings,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert pressed.stdout.strip() == "failed unreachable", pressed.stderr
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=60) == 0
    finally:
        server.kill()
        server.wait()
        assert server.stdout is not None
        server.stdout.close()


def _first_line(server: "subprocess.Popen[str]") -> str:
    """Wait for the line that tells the address."""
    lines: queue.Queue[str] = queue.Queue()
    assert server.stdout is not None
    reader = threading.Thread(
        target=lambda out: lines.put(out.readline()), args=(server.stdout,), daemon=True
    )
    reader.start()
    return lines.get(timeout=60)


@pytest.mark.django_db
def test_tasks_of_a_killed_process_are_marked() -> None:
    """R17: at a server's start a task that a killed process was at is marked as failed; a living one's is not."""
    script = "from crmcorner.outlook import worker_identity; print(worker_identity.new_name())"
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    for name in (done.stdout.strip(), worker_identity.new_name()):
        tasks.perform_run.enqueue(0)
        DBTaskResult.objects.get(status="READY").claim(name)
    workers.clear_up()
    assert list(DBTaskResult.objects.order_by("enqueued_at").values_list("status", flat=True)) == [
        "FAILED",
        "RUNNING",
    ]
