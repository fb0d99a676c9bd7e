"""Addresses of the pages of tasks and appointments."""

from django.urls import path

from crmcorner.planning.views import appointments, calendar, occurrences, panels, tasks

app_name = "planning"

urlpatterns = [
    path("tasks/", tasks.task_list, name="task-list"),
    path("tasks/add/", tasks.task_add, name="task-add"),
    path("tasks/<int:pk>/", tasks.task, name="task"),
    path("tasks/<int:pk>/edit/", tasks.task_edit, name="task-edit"),
    path("tasks/<int:pk>/complete/", tasks.task_complete, name="task-complete"),
    path("tasks/<int:pk>/delete/", tasks.task_delete, name="task-delete"),
    path("tasks/<int:pk>/restore/", tasks.task_restore, name="task-restore"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("appointments/", appointments.appointment_list, name="appointment-list"),
    path("appointments/add/", appointments.appointment_add, name="appointment-add"),
    path("appointments/people/", appointments.people_options, name="people-options"),
    path("appointments/<int:pk>/", appointments.appointment, name="appointment"),
    path("appointments/<int:pk>/edit/", appointments.appointment_edit, name="appointment-edit"),
    path("appointments/<int:pk>/delete/", appointments.appointment_delete, name="appointment-delete"),
    path("appointments/<int:pk>/restore/", appointments.appointment_restore, name="appointment-restore"),
    path("appointments/<int:pk>/<str:day>/edit/", occurrences.occurrence_edit, name="occurrence-edit"),
    path("appointments/<int:pk>/<str:day>/following/", occurrences.following_edit, name="following-edit"),
    path("appointments/<int:pk>/<str:day>/cancel/", occurrences.occurrence_cancel, name="occurrence-cancel"),
    path("appointments/<int:pk>/<str:day>/end/", occurrences.series_end, name="series-end"),
    path("panels/home/tasks/", panels.home_tasks, name="home_tasks"),
    path("panels/home/appointments/", panels.home_appointments, name="home_appointments"),
    path("panels/person/<int:pk>/tasks/", panels.person_tasks, name="person_tasks"),
    path("panels/person/<int:pk>/appointments/", panels.person_appointments, name="person_appointments"),
    path("panels/organisation/<int:pk>/tasks/", panels.organisation_tasks, name="organisation_tasks"),
    path(
        "panels/organisation/<int:pk>/appointments/",
        panels.organisation_appointments,
        name="organisation_appointments",
    ),
]
