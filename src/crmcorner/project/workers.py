"""Background work inside the serving process: worker threads and a clock (R93). Large firms run them elsewhere.

Rows of the task queue are hints: the truth about a run is its own row and the mailbox's lease, so that a hint that
is lost or comes twice does no harm.
"""

import logging
import threading
from collections.abc import Callable

from django.db import close_old_connections, connection
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from crmcorner.outlook import worker_identity
from crmcorner.outlook.services import performing, runs

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
"""How often an idle worker looks for work."""

TICK_SECONDS = 15.0
"""How often it is looked what is due by itself."""

STOP_SECONDS = 60.0
"""How long a run may take to reach its next step when the process is to end."""


class WorkerDied(Exception):
    """What a task's row tells if its worker was killed."""


class Workers:
    """Threads that carry out tasks, and one that starts what is due by itself.

    Args:
        count: how many tasks are carried out at once.
    """

    def __init__(self, count: int) -> None:
        self._stopping = threading.Event()
        self._workers = [_worker() for _number in range(count)]
        self._threads = [
            *(self._thread(f"worker-{n}", worker.run) for n, worker in enumerate(self._workers, 1)),
            self._thread("clock", self._tick),
        ]

    def start(self) -> None:
        """Put right what a killed process left behind, and begin."""
        performing.shutting_down.clear()
        clear_up()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let every run stop at its next step, and wait for that."""
        self._stopping.set()
        performing.shutting_down.set()
        for worker in self._workers:
            worker.running = False
        for thread in self._threads:
            thread.join(STOP_SECONDS)

    def _thread(self, name: str, work: Callable[[], None]) -> threading.Thread:
        return threading.Thread(name=name, target=self._keep_going, args=(work,), daemon=True)

    def _keep_going(self, work: Callable[[], None]) -> None:
        """Begin again after trouble, such as a database that was away for a while."""
        try:
            while not self._stopping.is_set():
                try:
                    work()
                except Exception:
                    logger.exception("background work begins again")
                    close_old_connections()
                    self._stopping.wait(TICK_SECONDS)
        finally:
            connection.close()

    def _tick(self) -> None:
        while not self._stopping.wait(TICK_SECONDS):
            close_old_connections()
            runs.start_due_runs()


def clear_up() -> None:
    """Mark tasks and runs of dead workers as such, and hand queued runs to the workers once more."""
    for row in DBTaskResult.objects.running():
        if row.worker_ids and worker_identity.is_surely_dead(row.worker_ids[-1]):
            row.set_failed(WorkerDied(row.worker_ids[-1]))
    runs.interrupt_all_dead_runs()
    runs.queue_again()


def _worker() -> Worker:
    return Worker(
        queue_names=["default"],
        interval=LOOK_SECONDS,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=worker_identity.new_name(),
        excluded_queue_names=[],
    )
