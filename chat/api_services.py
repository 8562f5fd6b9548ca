"""The API of handing a service over: a message that carries a service of the catalogue."""

import uuid
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.selectors import signed_in
from chat import serializers as s
from chat.api_common import DomainAPIView, throttled, values
from chat.api_family import said_by
from chat.participants import Participant
from chat.presence import give_sign_of_life
from core import clock
from core.schema import ProblemShape
from core.throttling import messages_per_contact, messages_per_writer
from guidance.permissions import Action
from guidance.selectors import contact_for_worker
from guidance.services import hand_over_service


class HandOverView(DomainAPIView):
    """A service for the family: written into the thread as a message, and kept on the contact as what was told."""

    action_marks: ClassVar[dict[str, str]] = {"POST": Action.WORK_CONTACT}

    @extend_schema(
        operation_id="hand_over_service",
        request=s.HandOverInput,
        responses={
            201: s.MessageShape,
            200: s.MessageShape,
            400: ProblemShape,
            401: ProblemShape,
            404: ProblemShape,
            409: ProblemShape,
            422: ProblemShape,
        },
    )
    def post(self, request: Request, contact_id: uuid.UUID) -> Response:
        worker, now = signed_in(request), clock.now()
        contact = contact_for_worker(worker, contact_id)
        asked = values(s.HandOverInput, request)
        give_sign_of_life(user=worker, now=now)
        throttled(
            max(messages_per_writer.wait_for(f"staff:{worker.pk}:None"), messages_per_contact.wait_for(str(contact.pk)))
        )
        session = request._request.session.session_key
        written = hand_over_service(
            contact=contact,
            worker=worker,
            session_key=session,
            slug=asked["service"],
            nonce=asked["nonce"],
            words=asked.get("body", ""),
            now=now,
        )
        return said_by(Participant("worker", worker.pk, None, session, worker.first_name), written)
