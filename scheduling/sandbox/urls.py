"""The sandbox's only route: everything is the API."""

from django.urls import path

from .api import api

urlpatterns = [path("", api.urls)]
