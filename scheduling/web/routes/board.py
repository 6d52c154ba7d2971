"""The week of one person and the day of a team."""

from django.urls import path

from scheduling.web.views import board

urlpatterns = [
    path("week/", board.own_week, name="week"),
    path("week/<uuid:clinician_id>/", board.this_week, name="week-now"),
    path("week/<uuid:clinician_id>/<str:week>/", board.week, name="week-of"),
    path("day/", board.today, name="day"),
    path("day/<str:day>/", board.day, name="day-of"),
]
