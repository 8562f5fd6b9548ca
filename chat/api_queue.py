"""The API for who comes next: what is urgent, and taking the next."""

import uuid
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.selectors import signed_in
from chat import serializers as s
from chat.api_common import DomainAPIView, values
from chat.api_staff import REFUSALS, ContactAct
from chat.presence import give_sign_of_life
from chat.summary import contact_summary
from chat.take_next import take_next
from core import clock
from core.schema import ProblemShape
from guidance.models import Contact
from guidance.permissions import Action
from guidance.services import decide_priority


class TakeNextView(DomainAPIView):
    """Takes the chat whose turn it is; 409 `full_hands` or `nobody_waits`."""

    action_marks: ClassVar[dict[str, str]] = {"POST": Action.TAKE_CONTACT}

    @extend_schema(operation_id="take_next", request=None, responses={200: s.ContactShape, **REFUSALS})
    def post(self, request: Request) -> Response:
        user, now = signed_in(request), clock.now()
        give_sign_of_life(user=user, now=now)
        return Response(contact_summary(take_next(worker=user, now=now), now=now, for_staff=True))


class PriorityView(ContactAct):
    action_marks: ClassVar[dict[str, str]] = {"POST": Action.DECIDE_PRIORITY}

    @extend_schema(
        operation_id="decide_priority",
        request=s.PriorityInput,
        responses={200: s.ContactShape, 400: ProblemShape, **REFUSALS},
    )
    def post(self, request: Request, contact_id: uuid.UUID) -> Response:
        return super().post(request, contact_id)

    def act(self, request: Request, contact: Contact) -> Contact:
        asked = values(s.PriorityInput, request)
        return decide_priority(
            contact_id=contact.pk, worker=signed_in(request), decision=asked["decision"], now=clock.now()
        )
