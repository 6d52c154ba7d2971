"""What a change strands, and the runs that make changes with one press."""

from django.urls import path

from scheduling.web.views import impact, runs

urlpatterns = [
    path("impact/leave/<uuid:event_id>/", impact.leave_of, name="impact-leave"),
    path("impact/closure/<int:number>/", impact.closure_of, name="impact-closure"),
    path("runs/<uuid:run_id>/", runs.run, name="run"),
    path("runs/<uuid:run_id>/go/", runs.go_on, name="run-go-on"),
    path("runs/<uuid:run_id>/resume/", runs.resume, name="run-resume"),
    path("runs/<uuid:run_id>/undo/", runs.undo, name="run-undo"),
]
