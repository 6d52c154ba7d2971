"""What allauth asks us about signing in."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedDoor(DefaultAccountAdapter):
    """Nobody signs up by themselves: a login is made by an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
