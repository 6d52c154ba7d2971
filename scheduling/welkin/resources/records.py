"""Records of custom data types, which hang off a patient (welkin-api 5)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from ..core import Core, Query, given
from ..request import Request
from ..values import Listing, Record, RecordResult
from ..wire import pages, records
from ..wire.fields import write_instant, write_list

_ALL = "/{tenant}/{instance}/patients/{patient}/cdts/{name}"
_ONE = "/{tenant}/{instance}/patients/{patient}/cdts/{name}/{record}"
_SORT = "created_at,asc"


class Records:
    """`name` is the name of the custom data type, such as `medication`; `fields` are flat."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def create(
        self, patient_id: UUID, name: str, fields: Mapping[str, object], *, deadline: float | None = None
    ) -> Record:
        """Creates a record. Raises NotFound for the patient, Refused, Unknown when the outcome is open."""
        return self._core.write(self._all("POST", patient_id, name, body=dict(fields)), records.read_record, deadline)

    def read(self, patient_id: UUID, name: str, record_id: UUID, *, deadline: float | None = None) -> Record:
        """One record. Raises NotFound, also once it was deleted."""
        request = self._one("GET", patient_id, name, record_id)
        return self._core.read(request, records.read_record, self._core.reading(deadline))

    def change(
        self,
        patient_id: UUID,
        name: str,
        record_id: UUID,
        fields: Mapping[str, object],
        *,
        deadline: float | None = None,
    ) -> Record:
        """PATCH: changes the fields given, the others keep their values. Raises NotFound, Refused, Unknown."""
        request = self._one("PATCH", patient_id, name, record_id, body=dict(fields))
        return self._core.write(request, records.read_record, deadline)

    def change_many(
        self,
        patient_id: UUID,
        name: str,
        changes: Mapping[UUID, Mapping[str, object]],
        *,
        deadline: float | None = None,
    ) -> tuple[RecordResult, ...]:
        """The bulk form of PATCH: fields by record id. Each row has its own outcome: look at `ok`."""
        if not changes:
            return ()
        rows = [{"id": str(record), "jsonBody": dict(fields)} for record, fields in changes.items()]
        request = self._all("PATCH", patient_id, name, body={"rows": rows})
        return self._core.write(request, records.read_results, deadline)

    def find(
        self,
        patient_id: UUID,
        name: str,
        *,
        fields: Iterable[str] = (),
        filters: Mapping[str, Iterable[str]] | None = None,
        created_from: datetime | None = None,
        created_to: datetime | None = None,
        deadline: float | None = None,
    ) -> Listing[Record]:
        """All records of the type, every page (welkin-api 5, envelope C).

        `filters` are joined by AND, the values of one by OR. The two instants bound the time of creation.
        """
        query = given(
            fields=write_list(fields),
            dateStart=write_instant(created_from) if created_from else None,
            dateEnd=write_instant(created_to) if created_to else None,
        )
        wanted = tuple(("filters", f"{key}={write_list(values)}") for key, values in (filters or {}).items())
        request = self._all("GET", patient_id, name, query=(*query, *wanted))
        reading = self._core.reading(deadline)
        return self._core.pages([request], pages.record_page, records.scan_record, reading, sort=_SORT)

    def delete(self, patient_id: UUID, name: str, record_id: UUID, *, deadline: float | None = None) -> None:
        """Deletes a record; the answer is empty. Raises NotFound."""
        self._core.send(self._one("DELETE", patient_id, name, record_id), deadline)

    def _all(self, method: str, patient_id: UUID, name: str, *, query: Query = (), body: object = None) -> Request:
        return Request(method, _ALL, path={"patient": str(patient_id), "name": name}, query=query, body=body)

    def _one(self, method: str, patient_id: UUID, name: str, record_id: UUID, *, body: object = None) -> Request:
        path = {"patient": str(patient_id), "name": name, "record": str(record_id)}
        return Request(method, _ONE, path=path, body=body)
