"""All routes of the dashboard."""

from .routes import (
    accounts,
    appointments,
    board,
    changes,
    closures,
    core,
    drafts,
    finding,
    hand,
    hours,
    leave,
    overlaps,
    patients,
    runs,
    since,
    utilisation,
)

urlpatterns = [
    *core.urlpatterns,
    *drafts.urlpatterns,
    *accounts.urlpatterns,
    *board.urlpatterns,
    *appointments.urlpatterns,
    *changes.urlpatterns,
    *overlaps.urlpatterns,
    *finding.urlpatterns,
    *hand.urlpatterns,
    *hours.urlpatterns,
    *leave.urlpatterns,
    *closures.urlpatterns,
    *since.urlpatterns,
    *utilisation.urlpatterns,
    *patients.urlpatterns,
    *runs.urlpatterns,
]
