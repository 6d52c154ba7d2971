"""Forms that were not saved."""

from django.urls import path

from scheduling.web.views import drafts

urlpatterns = [
    path("drafts/", drafts.lines, name="drafts"),
    path("drafts/<str:key>/", drafts.go_on, name="draft"),
    path("drafts/<str:key>/throw-away/", drafts.throw_away, name="draft-throw-away"),
]
