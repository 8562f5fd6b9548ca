"""The API of consultations, for staff alone: to a family none of these exist. They are taken, given back and closed as
any contact is (chat/api_staff.py)."""

import uuid
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Profession
from accounts.selectors import signed_in
from chat import serializers as s
from chat.api_common import DomainAPIView, named_unit, named_worker, values
from chat.presence import give_sign_of_life
from chat.summary import contact_summary
from core import clock
from core.problems import Problem
from core.schema import ProblemShape
from guidance.models import Contact
from guidance.permissions import Action
from guidance.selectors import (
    consultation_for_member,
    contact_for_worker,
    contact_named_for_worker,
)
from guidance.services import (
    Asked,
    invite_to_consultation,
    leave_consultation,
    link_consultation,
    open_consultation,
    unlink_consultation,
)

REFUSALS = {401: ProblemShape, 404: ProblemShape, 409: ProblemShape}
ANSWERS = {200: s.ContactShape, 400: ProblemShape, **REFUSALS}
OPENINGS = {201: s.ContactShape, **ANSWERS}


def _shown(contact: Contact) -> dict[str, Any]:
    fresh = Contact.objects.with_row_details().select_related("consultation").get(pk=contact.pk)
    return contact_summary(fresh, now=clock.now(), for_staff=True)


def _opened(request: Request, about: Contact | None) -> Response:
    asked = values(s.ConsultInput, request)
    opened = open_consultation(
        asker=signed_in(request),
        asked=Asked(user=named_worker(asked), profession=_profession(asked), unit=named_unit(asked)),
        title=asked["title"],
        body=asked["body"],
        about=about,
        nonce=asked.get("nonce") or uuid.uuid4(),
        now=clock.now(),
    )
    give_sign_of_life(user=signed_in(request), now=clock.now())
    return Response(_shown(opened.contact), status=201 if opened.created else 200)


def _profession(asked: dict[str, Any]) -> Profession | None:
    """The profession by its name in addresses."""
    wanted = asked.get("profession")
    if not wanted:
        return None
    found = None if "\x00" in wanted else Profession.objects.filter(slug=wanted).first()
    if found is None:
        raise Problem(400, "invalid", _("Ammattiryhmää ei ole."), field="profession")
    return found


class ConsultView(DomainAPIView):
    """A consultation about a family's contact. Nothing of the contact goes into it but its reference."""

    action_marks: ClassVar[dict[str, str]] = {"POST": Action.CONSULT_ABOUT}

    @extend_schema(operation_id="consult", request=s.ConsultInput, responses=OPENINGS)
    def post(self, request: Request, contact_id: uuid.UUID) -> Response:
        return _opened(request, contact_for_worker(signed_in(request), contact_id))


class ConsultationsView(DomainAPIView):
    """A consultation about no contact."""

    action_marks: ClassVar[dict[str, str]] = {"POST": Action.OPEN_CONSULTATION}

    @extend_schema(operation_id="open_consultation", request=s.ConsultInput, responses=OPENINGS)
    def post(self, request: Request) -> Response:
        return _opened(request, None)


class _MembersAct(DomainAPIView):
    """One act of somebody who takes part; answers with the consultation as it is afterwards."""

    action_marks: ClassVar[dict[str, str]] = {"POST": Action.WORK_CONSULTATION}

    def post(self, request: Request, contact_id: uuid.UUID) -> Response:
        contact = consultation_for_member(signed_in(request), contact_id)
        return Response(_shown(self.act(request, contact)))

    def act(self, request: Request, contact: Contact) -> Contact:
        raise NotImplementedError


class InviteView(_MembersAct):
    @extend_schema(operation_id="invite_to_consultation", request=s.InviteInput, responses=ANSWERS)
    def post(self, request: Request, contact_id: uuid.UUID) -> Response:
        return super().post(request, contact_id)

    def act(self, request: Request, contact: Contact) -> Contact:
        invited = named_worker(values(s.InviteInput, request))
        return invite_to_consultation(contact_id=contact.pk, user=signed_in(request), invited=invited, now=clock.now())


class LeaveConsultationView(_MembersAct):
    @extend_schema(operation_id="leave_consultation", request=None, responses=ANSWERS)
    def post(self, request: Request, contact_id: uuid.UUID) -> Response:
        return super().post(request, contact_id)

    def act(self, request: Request, contact: Contact) -> Contact:
        return leave_consultation(contact_id=contact.pk, user=signed_in(request), now=clock.now())


class LinkView(_MembersAct):
    action_marks: ClassVar[dict[str, str]] = {"POST": Action.LINK_CONSULTATION}

    @extend_schema(operation_id="link_consultation", request=s.LinkInput, responses=ANSWERS)
    def post(self, request: Request, contact_id: uuid.UUID) -> Response:
        return super().post(request, contact_id)

    def act(self, request: Request, contact: Contact) -> Contact:
        to = contact_named_for_worker(signed_in(request), values(s.LinkInput, request)["contact"])
        if to is None:
            raise Problem(
                400, "invalid", _("Tällä viitteellä ei löydy yhteydenottoa. Tarkista viite."), field="contact"
            )
        return link_consultation(contact_id=contact.pk, user=signed_in(request), to=to, now=clock.now())


class UnlinkView(_MembersAct):
    action_marks: ClassVar[dict[str, str]] = {"POST": Action.LINK_CONSULTATION}

    @extend_schema(operation_id="unlink_consultation", request=None, responses=ANSWERS)
    def post(self, request: Request, contact_id: uuid.UUID) -> Response:
        return super().post(request, contact_id)

    def act(self, request: Request, contact: Contact) -> Contact:
        return unlink_consultation(contact_id=contact.pk, user=signed_in(request), now=clock.now())
