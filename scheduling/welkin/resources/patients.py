"""Patients of the instance (welkin-api 4)."""

from collections.abc import Iterable
from enum import StrEnum
from uuid import UUID

from scheduling.domain.person import Patient

from ..core import Core, given
from ..drafts import NewPatient, PatientChange
from ..request import Request
from ..values import Listing
from ..wire import pages, people, writing
from ..wire.fields import write_list

_ALL = "/{tenant}/{instance}/patients"
_ONE = "/{tenant}/{instance}/patients/{patient}"
_FILTER = "/{tenant}/{instance}/by-filter/patients"
_SORT = "createdAt,asc"


class PatientKey(StrEnum):
    """The other keys a patient can be read by (welkin-api 4)."""

    EXTERNAL_ID = "EID"
    EXTERNAL_GUID = "EGUID"
    MRN = "MRN"


class Patients:
    def __init__(self, core: Core) -> None:
        self._core = core

    def find(
        self,
        *,
        query: str = "",
        email: str = "",
        timezone: str = "",
        territories: Iterable[str] = (),
        deadline: float | None = None,
    ) -> Listing[Patient]:
        """All patients that match, every page (welkin-api 4, envelope A).

        `query` matches first or last name, e-mail and phone. It travels in the address, which we never log.
        """
        parameters = given(query=query, email=email, timezone=timezone, territories=write_list(territories))
        return self._list(Request("GET", _ALL, query=parameters), deadline)

    def by_filter(self, *, deadline: float | None = None) -> Listing[Patient]:
        """All patients by `POST by-filter` with an empty filter, the only one known (welkin-api 4). It is a read."""
        return self._list(Request("POST", _FILTER, body={}), deadline)

    def _list(self, request: Request, deadline: float | None) -> Listing[Patient]:
        reading = self._core.reading(deadline)
        return self._core.pages([request], pages.spring, people.scan_patient, reading, sort=_SORT)

    def create(self, patient: NewPatient, *, deadline: float | None = None) -> Patient:
        """Creates a patient (welkin-api 4). Raises Refused, Forbidden, Unknown when the outcome is open."""
        request = Request("POST", _ALL, body=writing.patient_body(patient))
        return self._core.write(request, people.read_patient, deadline)

    def read(self, patient_id: UUID, *, deadline: float | None = None) -> Patient:
        """The patient with this id. Raises NotFound."""
        request = Request("GET", _ONE, path={"patient": str(patient_id)})
        return self._core.read(request, people.read_patient, self._core.reading(deadline))

    def read_by(self, key: PatientKey, value: str, *, deadline: float | None = None) -> Patient:
        """The patient with this external id, external guid or mrn (welkin-api 4). Raises NotFound."""
        request = Request("GET", _ONE, path={"patient": value}, query=(("type", str(key)),))
        return self._core.read(request, people.read_patient, self._core.reading(deadline))

    def change(self, patient_id: UUID, change: PatientChange, *, deadline: float | None = None) -> Patient:
        """PATCH: changes the fields that are set (welkin-api 4). Raises NotFound, Refused, Forbidden, Unknown."""
        request = Request("PATCH", _ONE, path={"patient": str(patient_id)}, body=writing.patient_changes(change))
        return self._core.write(request, people.read_patient, deadline)

    def delete(self, patient_id: UUID, *, deadline: float | None = None) -> None:
        """Deletes a patient for good, where the API client may; usually Forbidden (welkin-api 4, 11 row 23)."""
        self._core.send(Request("DELETE", _ONE, path={"patient": str(patient_id)}), deadline)
