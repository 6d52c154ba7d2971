"""How the hours are used."""

from django.urls import path

from scheduling.web.views import usage, utilisation

urlpatterns = [
    path("utilisation/", utilisation.week, name="utilisation"),
    path("utilisation/<uuid:person_id>/<str:week>/", utilisation.visits, name="utilisation-visits"),
    path("utilisation/report/", usage.report, name="usage"),
    path("utilisation/report/again/", usage.again, name="usage-again"),
    path("utilisation/report/parts/", usage.parts, name="usage-parts"),
    path("utilisation/report/file.csv", usage.file, {"ending": "csv"}, name="usage-csv"),
    path("utilisation/report/file.xlsx", usage.file, {"ending": "xlsx"}, name="usage-xlsx"),
]
