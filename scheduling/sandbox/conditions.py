"""Circumstances of one request that a fault server may bend; as they are here they bend nothing."""

from contextvars import ContextVar
from datetime import timedelta

clock_offset: ContextVar[timedelta] = ContextVar("clock_offset", default=timedelta())
"""How far the server's clock is off."""

token_lifetime: ContextVar[int | None] = ContextVar("token_lifetime", default=None)
"""Seconds a token lives that is issued now, where they are not the tenant's own."""
