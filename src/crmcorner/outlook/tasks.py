"""What background workers do: one line each."""

from django_tasks import task

from crmcorner.outlook.services import performing


@task()
def perform_run(run_id: int) -> None:
    """Carry out a queued run; one that is not queued any more is left alone."""
    performing.perform_run(run_id)
