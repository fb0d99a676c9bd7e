"""Addresses of the Settings page."""

from django.urls import path

from crmcorner.preferences.views import settings

app_name = "preferences"

urlpatterns = [
    path("", settings.setting_list, name="setting-list"),
    path("add/", settings.setting_add, name="setting-add"),
    path("holds-for/", settings.holds_for, name="holds-for"),
    path("<int:pk>/", settings.setting_edit, name="setting-edit"),
    path("<int:pk>/delete/", settings.setting_delete, name="setting-delete"),
]
