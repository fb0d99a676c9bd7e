"""Addresses of the pages of mails."""

from django.urls import path

from crmcorner.mail.views import lists, message, moves, not_found, panels, parts

app_name = "mail"

urlpatterns = [
    path("", lists.mail_list, name="mail-list"),
    path("<int:pk>/", message.mail, name="mail"),
    path("<int:pk>/body/", message.body, name="body"),
    path("<int:pk>/original/", parts.original, name="original"),
    path("<int:pk>/file-elsewhere/", moves.mail_file_elsewhere, name="mail-file-elsewhere"),
    path("<int:pk>/take-out/", moves.mail_take_out, name="mail-take-out"),
    path("<int:pk>/put-back/", moves.mail_put_back, name="mail-put-back"),
    path("attachments/<int:pk>/", parts.attachment, name="attachment"),
    path("pictures/<int:pk>/", parts.picture, name="picture"),
    path("not-found/", not_found.not_found_list, name="not-found-list"),
    path("not-found/file/", not_found.file_known, name="file-known"),
    path("not-found/<int:pk>/", not_found.whose, name="whose"),
    path("not-found/<int:pk>/add/", not_found.add_address, name="add-address"),
    path("panels/home/", panels.home_mails, name="home_mails"),
    path("panels/person/<int:pk>/", panels.person_mails, name="person_mails"),
    path("panels/organisation/<int:pk>/", panels.organisation_mails, name="organisation_mails"),
]
