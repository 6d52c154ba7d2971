"""Places, closures and public holidays."""

from django.urls import path

from scheduling.web.views import closures

urlpatterns = [
    path("closures/", closures.overview, name="closures"),
    path("closures/new/", closures.closure_new, name="closure-new"),
    path("closures/back/", closures.closure_back, name="closure-back"),
    path("closures/<int:number>/", closures.closure_edit, name="closure-edit"),
    path("closures/<int:number>/delete/", closures.closure_delete, name="closure-delete"),
    path("closures/places/new/", closures.place_new, name="place-new"),
    path("closures/places/<int:number>/", closures.place_edit, name="place-edit"),
    path("closures/places/<int:number>/delete/", closures.place_delete, name="place-delete"),
    path("closures/places/<int:number>/<str:day>/", closures.holiday_set, name="holiday-set"),
]
