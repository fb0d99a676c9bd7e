"""Addresses of the coupling's pages."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from crmcorner.outlook.views import connections, matters, mend, record_panel, runs, status

app_name = "outlook"


class CrmIdConverter(StringConverter):
    """How records are called in addresses: ``person:12``; what cannot be one is a page that does not exist."""

    regex = "[a-z]+:[0-9]{1,18}"


register_converter(CrmIdConverter, "crm-id")

urlpatterns = [
    path("", status.status, name="status"),
    path("progress/", status.progress, name="progress"),
    path("start/", status.start, name="start"),
    path("stop/", status.stop, name="stop"),
    path("runs/", runs.run_list, name="run-list"),
    path("runs/<int:pk>/<slug:kind>/<slug:column>/", runs.line_list, name="line-list"),
    path("matters/", matters.matters, name="matters"),
    path("matters/questions/<int:pk>/", matters.answer, name="answer"),
    path("matters/conflicts/<int:pk>/", matters.decide, name="decide"),
    path("matters/held/<slug:kind>/", matters.decide_held, name="decide-held"),
    path("matters/failures/<int:pk>/", matters.dismiss, name="dismiss"),
    path("records/<crm-id:crm_id>/", record_panel.record_panel, name="record-panel"),
    path("records/<crm-id:crm_id>/put-back/", record_panel.put_back, name="put-back"),
    path("records/<crm-id:crm_id>/mend/", mend.mend, name="mend"),
    path("mailboxes/", connections.connection_list, name="connection-list"),
    path("mailboxes/add/", connections.connection_add, name="connection-add"),
    path("mailboxes/<int:pk>/", connections.connection_edit, name="connection-edit"),
    path("mailboxes/<int:pk>/afresh/", connections.connection_afresh, name="connection-afresh"),
]
