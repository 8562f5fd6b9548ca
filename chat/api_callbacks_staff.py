"""The API of callbacks and of logged calls and visits for the desk."""

import uuid
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.selectors import signed_in
from chat import serializers as s
from chat import serializers_callbacks as c
from chat.api_common import DomainAPIView, values
from chat.api_staff import REFUSALS, ContactAct
from chat.presence import give_sign_of_life
from chat.summary import contact_summary
from core import clock
from core.schema import ProblemShape
from guidance.models import Contact
from guidance.permissions import Action
from guidance.selectors import contact_for_worker
from guidance.services import log_contact, record_attempt, show_number


class ShowNumberView(DomainAPIView):
    """The clear number, for whoever has the callback; each time it is written into the record."""

    action_marks: ClassVar[dict[str, str]] = {"POST": Action.SHOW_CALLBACK_NUMBER}

    @extend_schema(operation_id="show_number", request=None, responses={200: c.NumberShape, **REFUSALS})
    def post(self, request: Request, contact_id: uuid.UUID) -> Response:
        worker, now = signed_in(request), clock.now()
        contact = contact_for_worker(worker, contact_id)
        give_sign_of_life(user=worker, now=now)
        number = show_number(contact_id=contact.pk, worker=worker, now=now)
        return Response({"number": number.e164, "country": number.country}, headers={"Cache-Control": "no-store"})


class AttemptsView(ContactAct):
    """One try to call, and what came of it."""

    action_marks: ClassVar[dict[str, str]] = {"POST": Action.WORK_CONTACT}

    @extend_schema(
        operation_id="record_attempt",
        request=c.AttemptInput,
        responses={200: s.ContactShape, 400: ProblemShape, **REFUSALS},
    )
    def post(self, request: Request, contact_id: uuid.UUID) -> Response:
        return super().post(request, contact_id)

    def act(self, request: Request, contact: Contact) -> Contact:
        asked = values(c.AttemptInput, request)
        record_attempt(contact_id=contact.pk, worker=signed_in(request), now=clock.now(), **asked)
        return contact_for_worker(signed_in(request), contact.pk)


class LogView(DomainAPIView):
    """A call or a visit, written down afterwards."""

    action_marks: ClassVar[dict[str, str]] = {"POST": Action.LOG_CONTACT}

    @extend_schema(
        operation_id="log_contact",
        request=c.LogInput,
        responses={201: s.ContactShape, 400: ProblemShape, 422: ProblemShape, **REFUSALS},
    )
    def post(self, request: Request) -> Response:
        worker, now = signed_in(request), clock.now()
        asked = values(c.LogInput, request)
        follows = asked.pop("follows", None)
        beside = contact_for_worker(worker, follows) if follows else None
        give_sign_of_life(user=worker, now=now)
        logged = log_contact(worker=worker, beside=beside, now=now, **asked)
        return Response(contact_summary(logged, now=now, for_staff=True), status=201)
