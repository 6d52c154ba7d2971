"""Patients (welkin-api 4)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router

from .. import patients
from ..answering import answer
from ..bodies import NewPatient, PatientChange
from ..caller import caller_of
from ..documents import PatientAnswer, SpringPage, answers
from ..paging import order_by, spring
from ..queries import ByKey, Paged, PatientList
from ..rendering import patient as rendered

router = Router(tags=["patients"])
NEWEST_FIRST = ["-created_at", "id"]


def _page(request: HttpRequest, wanted: Paged, rows: Any) -> HttpResponse:
    page = wanted.page_of(caller_of(request).tenant.page_limit)
    order = order_by(wanted.sort, patients.SORTABLE, "PATIENT") or NEWEST_FIRST
    found, total = page.of(rows.order_by(*order))
    return answer(spring(page, [rendered(row) for row in found], total))


@router.get("/{tenant}/{instance}/patients", response=answers(200, SpringPage, 404))
def list_patients(request: HttpRequest, tenant: str, instance: str, wanted: Query[PatientList]) -> HttpResponse:
    """A page of patients; `query` looks into names, e-mail and phone."""
    return _page(request, wanted, patients.select(caller_of(request).instance, wanted))


@router.post("/{tenant}/{instance}/by-filter/patients", response=answers(200, SpringPage, 404))
def filter_patients(
    request: HttpRequest, tenant: str, instance: str, wanted: Query[Paged], body: dict[str, Any] = Body({})
) -> HttpResponse:
    """A page of the patients whose top-level fields equal those of the body."""
    return _page(request, wanted, patients.equal_to(caller_of(request).instance, body))


@router.post("/{tenant}/{instance}/patients", response=answers(201, PatientAnswer, 404))
def create_patient(request: HttpRequest, tenant: str, instance: str, body: NewPatient) -> HttpResponse:
    """A new patient."""
    return answer(rendered(patients.create(caller_of(request), body)), status=201)


@router.get("/{tenant}/{instance}/patients/{patient}", response=answers(200, PatientAnswer, 404))
def read_patient(request: HttpRequest, tenant: str, instance: str, patient: str, key: Query[ByKey]) -> HttpResponse:
    """One patient by id, or by `type` EID, EGUID or MRN."""
    return answer(rendered(patients.find(caller_of(request).instance, patient, key.type)))


@router.patch("/{tenant}/{instance}/patients/{patient}", response=answers(200, PatientAnswer, 404))
def change_patient(
    request: HttpRequest, tenant: str, instance: str, patient: str, key: Query[ByKey], body: PatientChange
) -> HttpResponse:
    """Change the fields that are sent."""
    caller = caller_of(request)
    return answer(rendered(patients.change(patients.find(caller.instance, patient, key.type), caller, body)))


@router.delete("/{tenant}/{instance}/patients/{patient}", response=answers(204, None, 403, 404))
def delete_patient(request: HttpRequest, tenant: str, instance: str, patient: str) -> HttpResponse:
    """Refused for API clients, as recorded."""
    raise caller_of(request).restricted()
