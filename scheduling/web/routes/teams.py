"""Teams, for administrators."""

from django.urls import path

from scheduling.web.views import teams

urlpatterns = [
    path("people/teams/", teams.index, name="teams"),
    path("people/teams/new/", teams.new, name="team-new"),
    path("people/teams/<int:number>/", teams.edit, name="team-edit"),
    path("people/teams/<int:number>/delete/", teams.delete, name="team-delete"),
]
