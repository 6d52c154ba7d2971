"""Visits that overlap."""

from django.urls import path

from scheduling.web.views import overlaps

urlpatterns = [
    path("overlaps/", overlaps.waiting, name="overlaps"),
    path("overlaps/notice/", overlaps.notice, name="overlap-notice"),
    path("overlaps/<int:number>/keep/", overlaps.keep, name="overlap-keep"),
]
