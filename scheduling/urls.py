"""Root routes. The API's sandbox has none here: it is a server of its own."""

from django.urls import include, path

from scheduling.web.views import errors

urlpatterns = [
    path("", include("scheduling.web.urls")),
]
handler400 = errors.bad_request
handler403 = errors.forbidden
handler429 = errors.too_many
handler404 = errors.not_found
handler500 = errors.broken
