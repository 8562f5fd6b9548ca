"""The API of callbacks for families."""

import uuid
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.visitors import visitor_key_of
from chat import serializers as s
from chat import serializers_callbacks as c
from chat.api_common import DomainAPIView, values
from chat.summary import contact_summary
from core import clock
from core.schema import ProblemShape
from guidance.permissions import Action
from guidance.selectors import contact_of_key
from guidance.services import change_number


class NumberView(DomainAPIView):
    """Another number to call, until the contact has ended."""

    action_marks: ClassVar[dict[str, str]] = {"POST": Action.WRITE_OWN_CONTACT}

    @extend_schema(
        operation_id="change_number",
        request=c.NumberInput,
        responses={200: s.ContactShape, 400: ProblemShape, 404: ProblemShape, 409: ProblemShape, 422: ProblemShape},
    )
    def post(self, request: Request, contact_id: uuid.UUID) -> Response:
        key, now = visitor_key_of(request._request), clock.now()
        contact = contact_of_key(key, contact_id, now)
        assert key is not None
        change_number(contact=contact, number=values(c.NumberInput, request)["number"], visitor_key=key, now=now)
        contact.refresh_from_db()
        return Response(contact_summary(contact, now=now))
