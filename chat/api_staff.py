"""The API for the desk."""

import uuid
from typing import ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.selectors import signed_in
from chat import serializers as s
from chat.api_common import DomainAPIView, named_unit, named_worker, values
from chat.desk_state import desk_state
from chat.lookers import families_here
from chat.permissions import Action as DeskAction
from chat.presence import give_sign_of_life
from chat.summary import contact_summary
from core import clock
from core.problems import Problem
from core.schema import ProblemShape
from guidance.models import Contact
from guidance.permissions import Action
from guidance.selectors import contact_for_worker, thread_for_taker, thread_for_worker
from guidance.services import (
    ask_identification,
    close_consultation,
    close_contact,
    go_live,
    record_look_at_lists,
    release_consultation,
    release_contact,
    take_consultation,
    take_contact,
    transfer_contact,
)

REFUSALS = {401: ProblemShape, 404: ProblemShape, 409: ProblemShape}


class DeskView(DomainAPIView):
    """Every list of the desk; the counts are the lengths of these lists."""

    action_marks: ClassVar[dict[str, str]] = {"GET": DeskAction.USE_DESK}

    @extend_schema(operation_id="desk", responses={200: OpenApiTypes.OBJECT, 401: ProblemShape})
    def get(self, request: Request) -> Response:
        now = clock.now()
        give_sign_of_life(user=signed_in(request), now=now)
        record_look_at_lists(worker=signed_in(request), now=now)
        return Response(desk_state(signed_in(request), now))


class ContactAct(DomainAPIView):
    """One act on a contact of the worker's own units; answers with the contact as it is afterwards."""

    fetch = staticmethod(contact_for_worker)

    def post(self, request: Request, contact_id: uuid.UUID) -> Response:
        contact = self.fetch(signed_in(request), contact_id)
        give_sign_of_life(user=signed_in(request), now=clock.now())
        done = self.act(request, contact)
        return Response(contact_summary(done, now=clock.now(), for_staff=True))

    def act(self, request: Request, contact: Contact) -> Contact:
        raise NotImplementedError


class TakeView(ContactAct):
    """Takes what waits in the own units, or in the common queue; answers a consultation that asks the asker."""

    fetch = staticmethod(thread_for_taker)
    action_marks: ClassVar[dict[str, str]] = {"POST": Action.TAKE_THREAD}

    @extend_schema(operation_id="take", request=None, responses={200: s.ContactShape, **REFUSALS})
    def post(self, request: Request, contact_id: uuid.UUID) -> Response:
        return super().post(request, contact_id)

    def act(self, request: Request, contact: Contact) -> Contact:
        user, now = signed_in(request), clock.now()
        if contact.is_consultation:
            return take_consultation(contact_id=contact.pk, user=user, now=now)
        return take_contact(contact_id=contact.pk, worker=user, now=now)


class ReleaseView(ContactAct):
    """Gives back what one has; of a consultation, the answer that one took upon oneself, and the seat with it."""

    fetch = staticmethod(thread_for_worker)
    action_marks: ClassVar[dict[str, str]] = {"POST": Action.WORK_THREAD}

    @extend_schema(operation_id="release", request=None, responses={200: s.ContactShape, **REFUSALS})
    def post(self, request: Request, contact_id: uuid.UUID) -> Response:
        return super().post(request, contact_id)

    def act(self, request: Request, contact: Contact) -> Contact:
        user, now = signed_in(request), clock.now()
        if contact.is_consultation:
            return release_consultation(contact_id=contact.pk, user=user, now=now)
        return release_contact(contact_id=contact.pk, worker=user, now=now)


class TransferView(ContactAct):
    action_marks: ClassVar[dict[str, str]] = {"POST": Action.WORK_CONTACT}

    @extend_schema(
        operation_id="transfer",
        request=s.TransferInput,
        responses={200: s.ContactShape, 400: ProblemShape, **REFUSALS},
    )
    def post(self, request: Request, contact_id: uuid.UUID) -> Response:
        return super().post(request, contact_id)

    def act(self, request: Request, contact: Contact) -> Contact:
        asked = values(s.TransferInput, request)
        unit, worker = named_unit(asked), named_worker(asked)
        if (unit is None) == (worker is None):
            raise Problem(400, "invalid", _("Valitse työntekijä tai yksikkö, jolle keskustelun voi siirtää."))
        return transfer_contact(
            contact_id=contact.pk, worker=signed_in(request), to_worker=worker, to_unit=unit, now=clock.now()
        )


class GoLiveView(ContactAct):
    """A message whose family has its page open goes on as a chat: the answer is the chat."""

    action_marks: ClassVar[dict[str, str]] = {"POST": Action.WORK_CONTACT}

    @extend_schema(operation_id="go_live", request=None, responses={200: s.ContactShape, 400: ProblemShape, **REFUSALS})
    def post(self, request: Request, contact_id: uuid.UUID) -> Response:
        return super().post(request, contact_id)

    def act(self, request: Request, contact: Contact) -> Contact:
        now = clock.now()
        is_here = bool(families_here([contact.pk], now))
        return go_live(contact_id=contact.pk, worker=signed_in(request), family_is_here=is_here, now=now)


class CloseView(ContactAct):
    """The closing sheet, the same for every channel."""

    fetch = staticmethod(thread_for_worker)
    action_marks: ClassVar[dict[str, str]] = {"POST": Action.WORK_THREAD}

    @extend_schema(
        operation_id="close", request=s.CloseInput, responses={200: s.ContactShape, 400: ProblemShape, **REFUSALS}
    )
    def post(self, request: Request, contact_id: uuid.UUID) -> Response:
        return super().post(request, contact_id)

    def act(self, request: Request, contact: Contact) -> Contact:
        user, now, asked = signed_in(request), clock.now(), values(s.CloseInput, request)
        if contact.is_consultation:
            return close_consultation(contact_id=contact.pk, user=user, now=now, **asked)
        return close_contact(contact_id=contact.pk, worker=user, now=now, **asked)


class AskIdentificationView(ContactAct):
    action_marks: ClassVar[dict[str, str]] = {"POST": Action.ASK_IDENTIFICATION}

    @extend_schema(
        operation_id="ask_identification",
        request=s.AskIdentificationInput,
        responses={200: s.ContactShape, 400: ProblemShape, **REFUSALS},
    )
    def post(self, request: Request, contact_id: uuid.UUID) -> Response:
        return super().post(request, contact_id)

    def act(self, request: Request, contact: Contact) -> Contact:
        asked = values(s.AskIdentificationInput, request)
        return ask_identification(
            contact_id=contact.pk, worker=signed_in(request), reason=asked["reason"], now=clock.now()
        )
