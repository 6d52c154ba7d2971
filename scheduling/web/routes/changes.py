"""One's own changes of visits, and undoing them."""

from django.urls import path

from scheduling.web.views import changes

urlpatterns = [
    path("changes/", changes.listed, name="changes"),
    path("changes/last/", changes.last, name="change-last"),
    path("changes/<int:number>/undo/", changes.undo, name="change-undo"),
]
