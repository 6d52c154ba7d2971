"""Users, tenant-wide (welkin-api 3). A user is what the calendar calls psm and we call clinician or staff."""

from collections.abc import Collection, Iterable
from uuid import UUID

from scheduling.domain.person import User

from ..core import Core, Query, given
from ..drafts import NewUser, UserChange
from ..request import Request
from ..values import Listing
from ..wire import pages, people, writing
from ..wire.fields import write_flag, write_list

_ALL = "/{tenant}/admin/users"
_ONE = "/{tenant}/admin/users/{user}"
_OF_REGION = "/{tenant}/{instance}/users"
_BY_ID: Query = (("type", "ID"),)
_SORT = "createdAt,asc"


class Users:
    def __init__(self, core: Core) -> None:
        self._core = core

    def create(self, user: NewUser, *, deadline: float | None = None) -> User:
        """Creates a user, who starts PROVISIONED and disabled until an administrator activates them (welkin-api 3).

        Raises Refused for a taken username, Forbidden without the right, Unknown when the outcome is open.
        """
        return self._core.write(Request("POST", _ALL, body=writing.user_body(user)), people.read_user, deadline)

    def read(self, user_id: UUID, *, deadline: float | None = None) -> User:
        """The user with this id (welkin-api 3, `?type=ID`). Raises NotFound."""
        request = Request("GET", _ONE, path={"user": str(user_id)}, query=_BY_ID)
        return self._core.read(request, people.read_user, self._core.reading(deadline))

    def read_by_name(self, username: str, *, deadline: float | None = None) -> User:
        """The user with this username (welkin-api 3). Raises NotFound."""
        request = Request("GET", _ONE, path={"user": username})
        return self._core.read(request, people.read_user, self._core.reading(deadline))

    def find(
        self,
        *,
        ids: Collection[UUID] | None = None,
        search: str = "",
        email: str = "",
        first_name: str = "",
        last_name: str = "",
        state: str = "",
        role: str = "",
        region: str = "",
        territories: Iterable[str] = (),
        seat_assigned: bool | None = None,
        include_deleted: bool = False,
        deadline: float | None = None,
    ) -> Listing[User]:
        """All users that match, every page of them (welkin-api 3, envelope B).

        `search` matches username, e-mail and names. No `ids` at all (None) means anybody, an empty collection
        nobody, without a call. `territories` count only with a `region`, which is asked of the instance's own list.
        """
        query = given(
            search=search,
            email=email,
            firstName=first_name,
            lastName=last_name,
            userState=state,
            roleName=role,
            region=region,
            territories=write_list(territories) if region else "",
            seatAssigned=None if seat_assigned is None else write_flag(seat_assigned),
            includeDeleted=write_flag(True) if include_deleted else None,
        )
        route = _OF_REGION if region else _ALL
        batches = [()] if ids is None else self._core.batches(ids)
        requests = [Request("GET", route, query=(*query, *given(ids=write_list(batch)))) for batch in batches]
        return self._core.pages(requests, pages.meta, people.scan_user, self._core.reading(deadline), sort=_SORT)

    def change(self, username: str, change: UserChange, *, deadline: float | None = None) -> User:
        """PATCH: changes the fields that are set (welkin-api 3). Raises NotFound, Refused, Forbidden, Unknown."""
        request = Request("PATCH", _ONE, path={"user": username}, body=writing.user_changes(change))
        return self._core.write(request, people.read_user, deadline)

    def replace(self, username: str, user: NewUser, *, deadline: float | None = None) -> User:
        """PUT: the whole user; what is empty in the draft is cleared (welkin-api 3). Raises as `change`."""
        request = Request("PUT", _ONE, path={"user": username}, body=writing.user_body(user))
        return self._core.write(request, people.read_user, deadline)

    def delete(self, user_id: UUID, *, deadline: float | None = None) -> None:
        """Deletes the user with this id. The service answers 403 to API clients: Forbidden (welkin-api 3)."""
        self._core.send(Request("DELETE", _ONE, path={"user": str(user_id)}, query=_BY_ID), deadline)

    def delete_by_name(self, username: str, *, deadline: float | None = None) -> None:
        """Deletes the user with this username; as `delete`."""
        self._core.send(Request("DELETE", _ONE, path={"user": username}), deadline)
