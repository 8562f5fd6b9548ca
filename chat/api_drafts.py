"""Unsent texts of the desk, kept while they are being written."""

import uuid
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.selectors import signed_in
from chat.api_common import DomainAPIView, throttled, values
from core import clock
from core.schema import ProblemShape
from core.text import BODY_LIMIT
from core.throttling import drafts_per_writer
from guidance.models import Draft
from guidance.permissions import Action
from guidance.selectors import thread_for_writer
from guidance.services import save_draft
from guidance.services.drafts import KeptDraft


class DraftInput(serializers.Serializer):
    """`version` is the one that the page got with the draft, or with its own last saving; empty without any."""

    room = serializers.ChoiceField(choices=Draft.Room.values)
    body = serializers.CharField(allow_blank=True, max_length=BODY_LIMIT, trim_whitespace=False)
    version = serializers.CharField(allow_blank=True, max_length=40, default="")


class KeptShape(serializers.Serializer):
    body = serializers.CharField()
    version = serializers.CharField()


class DraftShape(serializers.Serializer):
    """`other` is a text that another device had written meanwhile; null without any."""

    version = serializers.CharField()
    other = KeptShape(allow_null=True)


class DraftView(DomainAPIView):
    """One's own draft in a thread that one may write in; nobody else ever gets it."""

    action_marks: ClassVar[dict[str, str]] = {"PUT": Action.KEEP_DRAFT}

    @extend_schema(
        operation_id="keep_draft",
        request=DraftInput,
        responses={200: DraftShape, 400: ProblemShape, 401: ProblemShape, 404: ProblemShape, 409: ProblemShape},
    )
    def put(self, request: Request, contact_id: uuid.UUID) -> Response:
        user = signed_in(request)
        contact = thread_for_writer(user, contact_id)
        asked = values(DraftInput, request)
        throttled(drafts_per_writer.wait_for(str(user.pk)))
        kept, other = save_draft(contact=contact, user=user, now=clock.now(), **asked)
        return Response({"version": kept.version, "other": _shown(other)})


def _shown(other: KeptDraft | None) -> dict[str, Any] | None:
    return {"body": other.body, "version": other.version} if other is not None else None
