"""Custom data types (welkin-api 5), under `cdts` and, as the first API text had it, `cdt`."""

from operator import attrgetter
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Body, Path, Query, Router

from .. import patients, records
from ..answering import answer, nothing
from ..bodies import BulkChange
from ..caller import Caller, caller_of
from ..documents import BulkAnswer, RecordAnswer, RecordPage, answers
from ..models import Patient, RecordType
from ..paging import order_by, spring
from ..queries import RecordList, RecordPlace

router = Router(tags=["custom data"])
OF_TYPE = ("/{tenant}/{instance}/patients/{patient}/cdts/{name}", "/{tenant}/{instance}/patients/{patient}/cdt/{name}")
ONE = tuple(path + "/{record}" for path in OF_TYPE)


def _where(request: HttpRequest, place: RecordPlace) -> tuple[Caller, Patient, RecordType]:
    caller = caller_of(request)
    patient = patients.find(caller.instance, place.patient, "")
    return caller, patient, records.type_named(caller.instance, place.name)


def create_record(request: HttpRequest, place: Path[RecordPlace], body: dict[str, Any] = Body(...)) -> HttpResponse:
    """A new record of flat custom fields."""
    caller, patient, kind = _where(request, place)
    row = records.create(patient, kind, caller, body)
    return answer(records.rendered(row, row.type), status=201)


def find_records(request: HttpRequest, place: Path[RecordPlace], wanted: Query[RecordList]) -> HttpResponse:
    """A page of the patient's records of this type, newest first."""
    caller, patient, kind = _where(request, place)
    page = wanted.page_of(caller.tenant.page_limit, sorted=True)
    rows = records.select(patient, kind, wanted)
    for text in reversed(order_by(wanted.sort, records.SORTABLE, "CDT")):
        rows.sort(key=attrgetter(text.lstrip("-")), reverse=text.startswith("-"))
    found, total = page.of(rows)
    content = [records.rendered(row, kind, wanted.fields) for row in found]
    return answer({"name": kind.name, "data": spring(page, content, total)})


def change_records(request: HttpRequest, place: Path[RecordPlace], body: BulkChange) -> HttpResponse:
    """Change several records at once; all of them or none."""
    caller, patient, kind = _where(request, place)
    rows = records.change_many(patient, kind, caller, [(row.id, row.fields) for row in body.rows])
    return answer({"rows": rows})


def read_record(request: HttpRequest, place: Path[RecordPlace], record: str) -> HttpResponse:
    """One record."""
    _caller, patient, kind = _where(request, place)
    return answer(records.rendered(records.find(patient, kind, record), kind))


def change_record(
    request: HttpRequest, place: Path[RecordPlace], record: str, body: dict[str, Any] = Body(...)
) -> HttpResponse:
    """Change the fields that are sent."""
    caller, patient, kind = _where(request, place)
    row = records.change(records.find(patient, kind, record), caller, body)
    return answer(records.rendered(row, row.type))


def delete_record(request: HttpRequest, place: Path[RecordPlace], record: str) -> HttpResponse:
    """Delete a record; later reads are 404."""
    _caller, patient, kind = _where(request, place)
    records.find(patient, kind, record).delete()
    return nothing(200)


for _number, (_all, _one) in enumerate(zip(OF_TYPE, ONE, strict=True)):
    _suffix = "" if _number == 0 else "_old"
    for _method, _path, _view, _answers in (
        ("POST", _all, create_record, answers(201, RecordAnswer, 404)),
        ("GET", _all, find_records, answers(200, RecordPage, 404)),
        ("PATCH", _all, change_records, answers(200, BulkAnswer, 404)),
        ("GET", _one, read_record, answers(200, RecordAnswer, 404)),
        ("PATCH", _one, change_record, answers(200, RecordAnswer, 404)),
        ("DELETE", _one, delete_record, answers(200, None, 404)),
    ):
        router.add_api_operation(_path, [_method], _view, response=_answers, operation_id=f"{_view.__name__}{_suffix}")
