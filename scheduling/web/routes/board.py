"""The week of one person, the day and the week of a team."""

from django.urls import path

from scheduling.web.views import board, board_look, team

urlpatterns = [
    path("week/", board.own_week, name="week"),
    path("week/<uuid:clinician_id>/", board.this_week, name="week-now"),
    path("week/<uuid:clinician_id>/<str:week>/", board.week, name="week-of"),
    path("day/", board.today, name="day"),
    path("day/<str:day>/", board.day, name="day-of"),
    path("look/", board_look.switch, name="board-look"),
    path("team/", team.this_week, name="team"),
    path("team/<str:week>/", team.week, name="team-of"),
]
