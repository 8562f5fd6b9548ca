"""Looks older than two years: a family asks with a reason, a supervisor grants them for a while or says why not."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, VisitorKey
from audit.codes import AuditCode, AuditGround
from audit.services import AuditActor, record, staff_member
from core.text import BodyRefused, clean_body
from guidance import events
from guidance.looks import may_ask_older_log
from guidance.models import ClientRelationship, OlderLogRequest
from guidance.services.actors import client_of
from guidance.services.errors import OlderLogAnswered, OlderLogAsked
from guidance.services.family import relationship_of_key

State = OlderLogRequest.State
SHOWN_FOR = dt.timedelta(days=30)
TEXT_LIMIT = 1_000


def ask_older_log(*, visitor_key: VisitorKey, reason: str, now: dt.datetime) -> OlderLogRequest:
    """The family of this device asks. Raises BodyRefused, OlderLogAsked while one waits or is granted."""
    reason = _cleaned(reason)
    with transaction.atomic():
        relationship = ClientRelationship.objects.select_for_update(of=("self",)).get(
            pk=relationship_of_key(visitor_key, now).pk
        )
        newest = relationship.contacts.order_by("-opened_at").first()
        if newest is None or not may_ask_older_log(visitor_key, now):
            raise OlderLogAsked
        request = OlderLogRequest.objects.create(
            relationship=relationship, unit_id=newest.unit_id, reason=reason, asked_at=now
        )
        _recorded(AuditCode.OLDER_LOG_ASKED, client_of(relationship), AuditGround.OWN, request, now)
        events.announce_desks([request.unit_id])
    return request


def answer_older_log(*, request: OlderLogRequest, by: User, grant: bool, answer: str, now: dt.datetime) -> None:
    """Grant for 30 days, or refuse with words for the family. Raises OlderLogAnswered, BodyRefused."""
    answer = "" if grant else _cleaned(answer)
    with transaction.atomic():
        request = OlderLogRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        if request.state != State.ASKED:
            raise OlderLogAnswered
        request.state = State.GRANTED if grant else State.REFUSED
        request.answered_by, request.answered_at, request.answer = by, now, answer
        request.shown_until = now + SHOWN_FOR if grant else None
        request.save()
        actor = staff_member(by.pk, request.unit_id, "supervisor")
        _recorded(AuditCode.OLDER_LOG_ANSWERED, actor, AuditGround.SUPERVISION, request, now, granted=grant)
        events.announce_desks([request.unit_id])


def _cleaned(text: str) -> str:
    if not text.strip():
        raise BodyRefused("empty", _("Kirjoita perustelu."))
    text = clean_body(text).strip()
    if len(text) > TEXT_LIMIT:
        raise BodyRefused("too_long", _("Perustelu on liian pitkä. Enintään 1 000 merkkiä mahtuu."))
    return text


def _recorded(
    code: AuditCode, actor: AuditActor, ground: AuditGround, request: OlderLogRequest, now: dt.datetime, **data: bool
) -> None:
    record(
        code=code,
        actor=actor,
        ground=ground,
        object_type="older_log_request",
        object_id=request.pk,
        relationship_id=request.relationship_id,
        now=now,
        data=data,
    )
