"""Addresses of the home screen and the search."""

from django.urls import path

from crmcorner.portal.views import home, search

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
]
