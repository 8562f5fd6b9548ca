"""The API's description: every refusal that an address may answer is in it, in the one shape of core/problems.py."""

from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from core.permissions import rule_of

PROBLEM = "application/problem+json"
SAFE = ("GET", "HEAD", "OPTIONS")


class ProblemShape(serializers.Serializer):
    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="stable, for programs")
    detail = serializers.CharField(help_text="for people, in the asked language")


class SchemaWithRefusals(AutoSchema):
    """Adds to what a view declares (its answers, and refusals of its own) those that its mark and its method bring."""

    @property
    def roles(self) -> tuple[str, ...]:
        """Who may come, by the mark of the method; nobody in particular for what is public."""
        mark = getattr(self.view, "action_marks", {}).get(self.method, "public")
        return () if mark == "public" else rule_of(str(mark)).roles

    def get_auth(self) -> list[dict[str, list[str]]]:
        """One cookie or the other, not both; a visitor's first call has none."""
        super().get_auth()  # which describes the cookies
        staff: list[dict[str, list[str]]] = [{"session": []}] if set(self.roles) - {"client"} else []
        return [*staff, {"visitor": []}, {}] if "client" in self.roles else staff

    def refusals(self) -> set[str]:
        found = {"406", "503"}  # an answer only in JSON; the database away
        if self.method not in SAFE:
            found |= {"400", "403", "413", "415"}  # no JSON object; no CSRF token; too long; another format
        elif self.get_override_parameters():
            found |= {"400"}
        if "{" in self.path:
            found |= {"404"}
        if self.roles and "client" not in self.roles:
            found |= {"401", "404"}  # nobody signed in; without the role there is no such address
        return found

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for code in sorted(self.refusals() | {code for code in bodies if code >= "400"}):
            bodies[code] = self._get_response_for_code(ProblemShape, code, [PROBLEM], direction)
        return bodies
