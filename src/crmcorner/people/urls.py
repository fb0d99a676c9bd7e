"""Addresses of the pages of people."""

from django.urls import path

from crmcorner.people.views import groups, main_groups, organisations, persons

app_name = "people"

urlpatterns = [
    path("persons/", persons.person_list, name="person-list"),
    path("persons/add/", persons.person_add, name="person-add"),
    path("persons/<int:pk>/", persons.person, name="person"),
    path("persons/<int:pk>/edit/", persons.person_edit, name="person-edit"),
    path("persons/<int:pk>/delete/", persons.person_delete, name="person-delete"),
    path("persons/<int:pk>/restore/", persons.person_restore, name="person-restore"),
    path("organisations/", organisations.organisation_list, name="organisation-list"),
    path("organisations/options/", organisations.organisation_options, name="organisation-options"),
    path("organisations/add/", organisations.organisation_add, name="organisation-add"),
    path("organisations/<int:pk>/", organisations.organisation, name="organisation"),
    path("organisations/<int:pk>/edit/", organisations.organisation_edit, name="organisation-edit"),
    path("organisations/<int:pk>/delete/", organisations.organisation_delete, name="organisation-delete"),
    path("organisations/<int:pk>/restore/", organisations.organisation_restore, name="organisation-restore"),
    path("groups/", groups.group_list, name="group-list"),
    path("groups/add/", groups.group_add, name="group-add"),
    path("groups/<int:pk>/", groups.group, name="group"),
    path("groups/<int:pk>/edit/", groups.group_edit, name="group-edit"),
    path("groups/<int:pk>/members/", groups.group_members, name="group-members"),
    path("groups/<int:pk>/delete/", groups.group_delete, name="group-delete"),
    path("groups/<int:pk>/restore/", groups.group_restore, name="group-restore"),
    path("main-groups/", main_groups.main_group_list, name="main-group-list"),
    path("main-groups/add/", main_groups.main_group_add, name="main-group-add"),
    path("main-groups/<int:pk>/edit/", main_groups.main_group_edit, name="main-group-edit"),
    path("main-groups/<int:pk>/delete/", main_groups.main_group_delete, name="main-group-delete"),
]
