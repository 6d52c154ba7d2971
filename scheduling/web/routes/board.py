"""The week of one person, the day and the week of a team."""

from django.urls import path

from scheduling.web.views import board, board_look, staff_sets, team

urlpatterns = [
    path("week/", board.own_week, name="week"),
    path("week/<uuid:clinician_id>/", board.this_week, name="week-now"),
    path("week/<uuid:clinician_id>/<str:week>/", board.week, name="week-of"),
    path("day/", board.today, name="day"),
    path("day/<str:day>/", board.day, name="day-of"),
    path("team/sets/", staff_sets.sets, name="staff-sets"),
    path("team/sets/new/", staff_sets.edit, name="staff-set-new"),
    path("team/sets/<str:key>/", staff_sets.edit, name="staff-set-edit"),
    path("team/sets/<str:key>/delete/", staff_sets.delete, name="staff-set-delete"),
    path("look/", board_look.switch, name="board-look"),
    path("team/", team.this_week, name="team"),
    path("team/<str:week>/", team.week, name="team-of"),
]
