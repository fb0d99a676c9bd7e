"""Addresses of the pages of customer folders."""

from django.urls import path

from crmcorner.folders.views import customer, files

app_name = "folders"

urlpatterns = [
    path("<str:crm_id>/", customer.customer_folder, name="customer"),
    path("<str:crm_id>/panel/", customer.panel, name="panel"),
    path("<str:crm_id>/add/", files.file_add, name="file-add"),
    path("files/<int:pk>/", files.download, name="file"),
    path("files/<int:pk>/rename/", files.file_rename, name="file-rename"),
    path("files/<int:pk>/delete/", files.file_delete, name="file-delete"),
    path("files/<int:pk>/restore/", files.file_restore, name="file-restore"),
]
