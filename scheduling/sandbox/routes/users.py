"""Users (welkin-api 3)."""

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from .. import users
from ..answering import answer, nothing
from ..bodies import NewUser, UserChange
from ..caller import caller_of
from ..documents import MetaPage, UserAnswer, answers
from ..paging import meta_info, order_by
from ..queries import ByKey, UserList
from ..rendering import user as rendered

router = Router(tags=["users"])
DEFAULT_ORDER = ["created_at", "id"]


def _page(request: HttpRequest, wanted: UserList) -> HttpResponse:
    caller = caller_of(request)
    page = wanted.page_of(caller.tenant.page_limit)
    order = order_by(wanted.sort, users.SORTABLE, "USER") or DEFAULT_ORDER
    rows, total = page.of(users.select(caller, wanted).order_by(*order))
    return answer(meta_info(page, [rendered(row) for row in rows], total))


@router.get("/{tenant}/admin/users", response=answers(200, MetaPage))
def list_users(request: HttpRequest, tenant: str, wanted: Query[UserList]) -> HttpResponse:
    """A page of the tenant's users; `search` looks into username, e-mail and names."""
    return _page(request, wanted)


@router.get("/{tenant}/{instance}/users", response=answers(200, MetaPage, 404))
def list_users_of_region(request: HttpRequest, tenant: str, instance: str, wanted: Query[UserList]) -> HttpResponse:
    """The same list, where it is asked with a region."""
    return _page(request, wanted)


@router.post("/{tenant}/admin/users", response=answers(201, UserAnswer))
def create_user(request: HttpRequest, tenant: str, body: NewUser) -> HttpResponse:
    """A new user."""
    return answer(rendered(users.create(caller_of(request), body)), status=201)


@router.get("/{tenant}/admin/users/{name}", response=answers(200, UserAnswer, 404))
def read_user(request: HttpRequest, tenant: str, name: str, key: Query[ByKey]) -> HttpResponse:
    """One user by username, or by id with `type=ID`."""
    return answer(rendered(users.find(caller_of(request).tenant, name, key.type)))


@router.patch("/{tenant}/admin/users/{name}", response=answers(200, UserAnswer, 404))
def change_user(request: HttpRequest, tenant: str, name: str, key: Query[ByKey], body: UserChange) -> HttpResponse:
    """Change the fields that are sent."""
    caller = caller_of(request)
    return answer(rendered(users.change(users.find(caller.tenant, name, key.type), caller, body.sent())))


@router.put("/{tenant}/admin/users/{name}", response=answers(200, UserAnswer, 404))
def replace_user(request: HttpRequest, tenant: str, name: str, key: Query[ByKey], body: NewUser) -> HttpResponse:
    """Replace the whole user."""
    caller = caller_of(request)
    return answer(rendered(users.replace(users.find(caller.tenant, name, key.type), caller, body)))


@router.delete("/{tenant}/admin/users/{name}", response=answers(204, None, 403, 404))
def delete_user(request: HttpRequest, tenant: str, name: str, key: Query[ByKey]) -> HttpResponse:
    """Take a user out of the lists (soft delete)."""
    caller = caller_of(request)
    users.remove(users.find(caller.tenant, name, key.type), caller)
    return nothing()
