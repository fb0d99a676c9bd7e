"""Tasks, appointments, and whom they are about."""

from crmcorner.planning.models.appointment import Appointment, AppointmentLink, LinkedBy
from crmcorner.planning.models.task import Task, TaskLink

__all__ = ["Appointment", "AppointmentLink", "LinkedBy", "Task", "TaskLink"]
