"""The API for families, and what both sides use of a thread."""

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.http import Http404
from django.middleware.csrf import get_token
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.visitors import set_visitor_cookie, spaced, visitor_key_of
from catalogue.selectors import topics
from chat import serializers as s
from chat.api_common import DomainAPIView, participant, throttled, values
from chat.doors import DoorState, door_state, door_states, open_beside
from chat.participants import Participant, opening_wait
from chat.summary import contact_summary
from chat.turned_away import note_door_taken, turned_away
from core import clock
from core.api import asked_language
from core.problems import Problem
from core.schema import ProblemShape
from core.throttling import messages_per_contact, messages_per_writer
from core.translations import localized
from guidance import events, selectors
from guidance.events import iso, message_frame
from guidance.message_log import Entry, Outcome, StoredMessage, Written
from guidance.permissions import Action
from guidance.services import (
    call_wish,
    give_feedback,
    heed_danger,
    leave_contact,
    open_contact,
    opened_before,
    write_by_hand,
)

AFTER = OpenApiParameter("after", int, description="Only messages with a higher number")


class DoorsView(DomainAPIView):
    """Every channel's door: open now, opens next, how many wait and for how long."""

    action_marks: ClassVar[dict[str, str]] = {"GET": "public"}

    @extend_schema(operation_id="doors", responses=s.DoorShape(many=True))
    def get(self, request: Request) -> Response:
        doors = [door_shown(state) for state in door_states(clock.now())]
        return Response(doors, headers={"Cache-Control": "public, max-age=5"})


class TopicsView(DomainAPIView):
    """What a contact can be about, in the asked language."""

    action_marks: ClassVar[dict[str, str]] = {"GET": "public"}

    @extend_schema(operation_id="topics", responses=s.TopicShape(many=True))
    def get(self, request: Request) -> Response:
        names = [{"id": topic.slug, "name": localized(topic, "name")} for topic in topics()]
        return Response(names, headers={"Cache-Control": "public, max-age=60", "Vary": "Accept-Language"})


class ContactsView(DomainAPIView):
    """Opening a contact."""

    action_marks: ClassVar[dict[str, str]] = {"POST": Action.OPEN_CONTACT}

    @extend_schema(
        operation_id="open_contact",
        request=s.OPENINGS_SHAPE,
        responses={
            201: s.OpenedShape,
            200: s.OpenedShape,
            400: ProblemShape,
            409: ProblemShape,
            422: ProblemShape,
            429: ProblemShape,
        },
    )
    def post(self, request: Request) -> Response:
        asked = values(s.OpenContactInput, request)
        key = visitor_key_of(request._request)
        throttled(opening_wait(request._request))
        now = clock.now()
        door = door_state(asked["channel"], now)
        secret = request.COOKIES.get(settings.VISITOR_COOKIE_NAME, "")
        known = opened_before(visitor_key=key, fresh_secret=secret, nonce=asked["nonce"], now=now)
        if not known and (door is None or not door.is_open):
            raise door_refusal(request, door, asked.get("turned_away"), now)
        opened = open_contact(
            visitor_key=key,
            channel=asked["channel"],
            nonce=asked["nonce"],
            body=asked.get("body", ""),
            topic=asked.get("topic"),
            language=asked.get("language") or asked_language(request),
            follows=asked.get("follows"),
            call=call_wish(asked["number"], asked.get("wishes", ())) if "number" in asked else None,
            fresh_secret=secret,
            now=now,
        )
        if opened.created:
            note_door_taken(visit=asked.get("turned_away"), channel=asked["channel"], now=now)
        body = contact_summary(opened.contact, now=now)
        if opened.return_code:
            body["return_code"] = spaced(opened.return_code)
        response = Response(body, status=201 if opened.created else 200)
        if opened.secret:
            set_visitor_cookie(response, opened.secret)
            get_token(request._request)  # sets the CSRF cookie that the next call needs
        return response


class ContactView(DomainAPIView):
    """One contact."""

    action_marks: ClassVar[dict[str, str]] = {"GET": Action.READ_OR_WRITE_THREAD}

    @extend_schema(operation_id="contact", responses={200: s.ContactShape, 404: ProblemShape})
    def get(self, request: Request, contact_id: uuid.UUID) -> Response:
        who, contact = participant(request, contact_id)
        return Response(contact_summary(contact, now=clock.now(), for_staff=who.kind == "worker"))


class MessagesView(DomainAPIView):
    """A thread's messages: reading them, and writing one by the same writer as the socket."""

    action_marks: ClassVar[dict[str, str]] = {
        "GET": Action.READ_OR_WRITE_THREAD,
        "POST": Action.WRITE_THREAD,
    }

    @extend_schema(
        operation_id="messages", parameters=[AFTER], responses={200: s.MessageShape(many=True), 404: ProblemShape}
    )
    def get(self, request: Request, contact_id: uuid.UUID) -> Response:
        who, contact = participant(request, contact_id)
        after = request.query_params.get("after", "0")
        if not (after.isascii() and after.isdigit() and len(after) < 10):
            raise Problem(400, "invalid", _("Kohdassa after pitää olla viestin numero."))
        return Response([shown_to(who, message) for message in selectors.messages_after(contact, int(after))])

    @extend_schema(
        operation_id="send_message",
        request=s.SendInput,
        responses={
            201: s.MessageShape,
            200: s.MessageShape,
            400: ProblemShape,
            404: ProblemShape,
            409: ProblemShape,
        },
    )
    def post(self, request: Request, contact_id: uuid.UUID) -> Response:
        who, contact = participant(request, contact_id)
        asked = values(s.SendInput, request)
        throttled(
            max(messages_per_writer.wait_for(f"{who.by}:{who.key_id}"), messages_per_contact.wait_for(str(contact.pk)))
        )
        result = write_by_hand(Entry(contact.pk, asked["nonce"], asked["body"], who.author, clock.now()))
        response = said_by(who, result)
        if result.outcome is Outcome.WRITTEN and who.kind == "client":
            heed_danger(contact_id=contact.pk, now=clock.now())
        return response


class LeaveView(DomainAPIView):
    """The family leaves."""

    action_marks: ClassVar[dict[str, str]] = {"POST": Action.WRITE_OWN_CONTACT}

    @extend_schema(operation_id="leave", request=None, responses={200: s.ContactShape, 404: ProblemShape})
    def post(self, request: Request, contact_id: uuid.UUID) -> Response:
        key = visitor_key_of(request._request)
        contact = selectors.contact_of_key(key, contact_id, clock.now())
        assert key is not None
        now = clock.now()
        left = leave_contact(contact=contact, visitor_key=key, now=now)
        return Response(contact_summary(left, now=now))


class FeedbackView(DomainAPIView):
    """Two questions and a free word, once."""

    action_marks: ClassVar[dict[str, str]] = {"POST": Action.WRITE_OWN_CONTACT}

    @extend_schema(
        operation_id="feedback",
        request=s.FeedbackInput,
        responses={201: s.FeedbackInput, 400: ProblemShape, 404: ProblemShape, 409: ProblemShape},
    )
    def post(self, request: Request, contact_id: uuid.UUID) -> Response:
        key = visitor_key_of(request._request)
        contact = selectors.contact_of_key(key, contact_id, clock.now())
        assert key is not None
        asked = values(s.FeedbackInput, request)
        given = give_feedback(contact=contact, visitor_key=key, now=clock.now(), **asked)
        return Response({"helped": given.helped, "feeling": given.feeling, "word": given.word}, status=201)


def said_by(who: Participant, result: Written) -> Response:
    """What became of a message: told to whoever listens when it is new. Raises Problem for a refusal, Http404 when
    there is no such thread for its writer."""
    if result.outcome is Outcome.CLOSED:
        raise Problem(409, "closed", _("Keskustelu on päättynyt."))
    if result.outcome is Outcome.NOT_YOURS:
        raise Problem(409, "not_yours", _("Keskustelu ei ole sinulla. Ota se ensin."))
    if result.message is None or result.unit_id is None:
        raise Http404
    if result.outcome is Outcome.DUPLICATE:
        return Response(shown_to(who, result.message))
    events.announce_messages([result.message], result.unit_id)
    return Response(shown_to(who, result.message), status=201)


def shown_to(who: Participant, message: StoredMessage) -> dict[str, Any]:
    """A message as this participant reads it: the socket's frame without its envelope."""
    frame = message_frame(message, me=who.wrote(message.kind, message.staff_id))
    del frame["v"], frame["type"]
    return frame


def door_refusal(request: Request, door: DoorState | None, visit: uuid.UUID | None, now: dt.datetime) -> Problem:
    """Why nobody comes in through this door now, which doors (`others`) are open beside it, and the visit
    (`turned_away`) to name when opening through one of them."""
    closed = _("Chat on nyt kiinni. Voit jättää viestin.")
    if door is None:
        return Problem(409, "door_closed", closed, opens_next=None, others=[], turned_away=None)
    language = asked_language(request)
    visit = turned_away(request._request, door, visit=visit, language=language, now=now)
    more = {"others": [state.channel for state in open_beside(door, now)], "turned_away": str(visit) if visit else None}
    if door.full:
        return Problem(409, "full", _("Chat on nyt täynnä. Voit jättää viestin."), **more)
    return Problem(409, "door_closed", closed, opens_next=iso(door.opens_next), **more)


def door_shown(state: DoorState) -> dict[str, Any]:
    return {
        "channel": state.channel,
        "open": state.is_open,
        "full": state.full,
        "opens_next": iso(state.opens_next),
        "closes_at": iso(state.closes_at),
        "waiting": state.waiting,
        "estimated_wait_s": state.estimated_wait_s,
        "staffed": state.staffed,
        "promise_at": iso(state.promise_at),
    }
