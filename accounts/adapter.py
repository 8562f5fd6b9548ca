"""allauth's questions about staff accounts."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAccountAdapter(DefaultAccountAdapter):
    """Nobody signs up: accounts are made by an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
