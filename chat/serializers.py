"""Text into values for the API, and its shapes for the schema."""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from accounts.models import Language
from catalogue.models import Topic
from catalogue.selectors import topic_by_slug
from chat.doors import CHANNELS
from chat.frames import UUID_TEXT
from core.problems import Problem
from core.text import BODY_LIMIT, BodyRefused, clean_body
from guidance.identification import ShownState
from guidance.models import CallbackAttempt, CallbackRequest, Contact
from guidance.phone_numbers import TYPED_LIMIT, NumberRefused, parse_number
from guidance.services import DECISIONS
from guidance.services.identification import REASON_LIMIT


@extend_schema_field(serializers.CharField)
class TopicField(serializers.Field):
    """A topic by its id (slug)."""

    def to_internal_value(self, data: Any) -> Topic:
        topic = topic_by_slug(data) if isinstance(data, str) else None
        if topic is None:
            raise serializers.ValidationError(_("Aihetta ei ole."))
        return topic


@extend_schema_field(serializers.CharField(min_length=1, max_length=BODY_LIMIT))
class BodyField(serializers.Field):
    """A message's text, character for character. A text that cannot be stored is a problem with its own code."""

    def to_internal_value(self, data: Any) -> str:
        try:
            return clean_body(data)
        except BodyRefused as refusal:
            raise Problem(400, refusal.code, refusal.detail) from None

    def to_representation(self, value: str) -> str:
        return value


class NonceField(serializers.UUIDField):
    """A nonce in the one spelling that the socket takes too: no number, no braces, no bare hexadecimal."""

    def to_internal_value(self, data: Any) -> uuid.UUID:
        if not isinstance(data, str) or not UUID_TEXT.fullmatch(data):
            raise serializers.ValidationError(_("Kentässä nonce pitää olla UUID."))
        return uuid.UUID(data)


@extend_schema_field(serializers.CharField(max_length=TYPED_LIMIT))
class NumberField(serializers.Field):
    """A telephone number that we call, in any usual form."""

    def to_internal_value(self, data: Any) -> str:
        try:
            return parse_number(data if isinstance(data, str) else "").e164
        except NumberRefused as refusal:
            raise Problem(422, refusal.code, refusal.detail, field="number") from None

    def to_representation(self, value: str) -> str:
        return value


class OpenContactInput(serializers.Serializer):
    """A callback needs a number and may have a message; every other channel needs a message and has no number."""

    channel = serializers.ChoiceField(choices=[channel.value for channel in CHANNELS])
    nonce = NonceField()
    body = BodyField(required=False)
    topic = TopicField(required=False, allow_null=True)
    language = serializers.ChoiceField(choices=Language.values, required=False)
    follows = serializers.UUIDField(required=False, allow_null=True)
    turned_away = serializers.UUIDField(required=False, allow_null=True)
    number = NumberField(required=False)
    wishes = serializers.ListField(
        child=serializers.ChoiceField(choices=CallbackRequest.Wish.values), required=False, max_length=4
    )

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        is_callback = isinstance(data, dict) and data.get("channel") == Contact.Channel.CALLBACK
        if is_callback and not str(data.get("body") or "").strip():
            data = {name: value for name, value in data.items() if name != "body"}
        elif isinstance(data, dict) and not is_callback:
            data = {name: value for name, value in data.items() if name not in ("number", "wishes")}
        found: dict[str, Any] = super().to_internal_value(data)
        missing = "number" if is_callback else "body"
        if missing not in found:
            raise serializers.ValidationError({missing: [self.fields[missing].error_messages["required"]]})
        return found


class _OpenShape(serializers.Serializer):
    nonce = NonceField()
    topic = TopicField(required=False, allow_null=True)
    language = serializers.ChoiceField(choices=Language.values, required=False)
    follows = serializers.UUIDField(required=False, allow_null=True)
    turned_away = serializers.UUIDField(required=False, allow_null=True)


class OpenTalkShape(_OpenShape):
    """As the schema tells of it: a chat or a message."""

    channel = serializers.ChoiceField(choices=[Contact.Channel.CHAT.value, Contact.Channel.MESSAGE.value])
    body = BodyField()


class OpenCallbackShape(_OpenShape):
    """As the schema tells of it: a wish to be called."""

    channel = serializers.ChoiceField(choices=[Contact.Channel.CALLBACK.value])
    number = NumberField()
    wishes = serializers.ListField(
        child=serializers.ChoiceField(choices=CallbackRequest.Wish.values), required=False, max_length=4
    )
    body = BodyField(required=False)


OPENINGS_SHAPE = PolymorphicProxySerializer(
    component_name="OpenContact", serializers=[OpenTalkShape, OpenCallbackShape], resource_type_field_name=None
)


class SendInput(serializers.Serializer):
    nonce = NonceField()
    body = BodyField()


class HandOverInput(serializers.Serializer):
    """A service by its id (slug), and what is said beside it."""

    nonce = NonceField()
    service = serializers.SlugField(max_length=120)
    body = serializers.CharField(required=False, allow_blank=True, max_length=BODY_LIMIT, trim_whitespace=False)


class TransferInput(serializers.Serializer):
    unit = serializers.CharField(required=False)
    worker = serializers.CharField(required=False)


class CloseInput(serializers.Serializer):
    outcome = serializers.ChoiceField(choices=Contact.Outcome.choices)
    topic = TopicField()
    next_step = serializers.CharField(allow_blank=True, max_length=2000, trim_whitespace=False)
    next_step_owner = serializers.ChoiceField(choices=Contact.NextStepOwner.values, required=False, allow_blank=True)


class FeedbackInput(serializers.Serializer):
    helped = serializers.ChoiceField(choices=["yes", "partly", "no"], required=False, allow_blank=True, default="")
    feeling = serializers.IntegerField(min_value=1, max_value=5, required=False, allow_null=True, default=None)
    word = serializers.CharField(required=False, allow_blank=True, max_length=2000, default="", trim_whitespace=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["helped"] and attrs["feeling"] is None and not attrs["word"].strip():
            raise serializers.ValidationError(_("Vastaa ainakin yhteen kysymykseen."))
        return attrs


class PriorityInput(serializers.Serializer):
    decision = serializers.ChoiceField(choices=[decision.value for decision in DECISIONS])


class AskIdentificationInput(serializers.Serializer):
    reason = serializers.CharField(max_length=REASON_LIMIT, trim_whitespace=False)


class SeenInput(serializers.Serializer):
    seq = serializers.IntegerField(min_value=0, max_value=2**31 - 1)


class ConsultInput(serializers.Serializer):
    """Whom to ask: one of the three, or none of them about a contact, whose own unit is then asked."""

    worker = serializers.CharField(required=False)
    unit = serializers.CharField(required=False)
    profession = serializers.CharField(required=False)
    title = serializers.CharField(required=False, allow_blank=True, default="", trim_whitespace=False)
    body = BodyField(required=False, default="")
    nonce = NonceField(required=False)


class InviteInput(serializers.Serializer):
    worker = serializers.CharField()


class LinkInput(serializers.Serializer):
    contact = serializers.CharField(help_text=_("Yhteydenoton tunniste tai sen kahdeksan merkin viite."))


# -- shapes of answers, for the schema --------------------------------------------------------


class AuthorShape(serializers.Serializer):
    kind = serializers.ChoiceField(choices=["client", "worker", "system"])
    name = serializers.CharField(allow_null=True)
    role = serializers.CharField(allow_null=True)
    me = serializers.BooleanField()


class MessageShape(serializers.Serializer):
    contact = serializers.CharField()
    seq = serializers.IntegerField()
    nonce = serializers.CharField()
    author = AuthorShape()
    code = serializers.CharField(allow_blank=True)
    body = serializers.CharField()
    at = serializers.DateTimeField()


class WorkerShape(serializers.Serializer):
    name = serializers.CharField()
    role = serializers.CharField()


class QueueShape(serializers.Serializer):
    position = serializers.IntegerField()
    estimated_wait_s = serializers.IntegerField(allow_null=True)


class SeenShape(serializers.Serializer):
    client = serializers.IntegerField()
    worker = serializers.IntegerField()


class IdentificationShape(serializers.Serializer):
    state = serializers.ChoiceField(choices=ShownState.choices)
    reason = serializers.CharField()
    asked_at = serializers.DateTimeField()


class AttemptShape(serializers.Serializer):
    at = serializers.DateTimeField()
    outcome = serializers.ChoiceField(choices=CallbackAttempt.Outcome.choices)


class CallbackShape(serializers.Serializer):
    number_end = serializers.CharField(allow_blank=True)
    wishes = serializers.ListField(child=serializers.ChoiceField(choices=CallbackRequest.Wish.values))
    due_at = serializers.DateTimeField(allow_null=True)
    next_try_at = serializers.DateTimeField(allow_null=True)
    attempts = AttemptShape(many=True)


class ContactShape(serializers.Serializer):
    id = serializers.CharField()
    channel = serializers.CharField()
    state = serializers.ChoiceField(choices=Contact.State.choices)
    topic = serializers.CharField(allow_null=True)
    language = serializers.CharField()
    seq = serializers.IntegerField()
    worker = WorkerShape(allow_null=True)
    queue = QueueShape(allow_null=True)
    identified = serializers.BooleanField()
    identification = IdentificationShape(allow_null=True)
    follows = serializers.CharField(allow_null=True)
    opened_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    joined_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    left = serializers.BooleanField()
    outcome = serializers.CharField(allow_null=True)
    next_step = serializers.CharField(allow_blank=True)
    next_step_owner = serializers.CharField(allow_null=True)
    continued_as = serializers.CharField(allow_null=True)
    help = serializers.BooleanField()
    callback = CallbackShape(allow_null=True)
    seen = SeenShape()


class OpenedShape(ContactShape):
    return_code = serializers.CharField(required=False)


class DoorShape(serializers.Serializer):
    channel = serializers.CharField()
    open = serializers.BooleanField()
    full = serializers.BooleanField()
    opens_next = serializers.DateTimeField(allow_null=True)
    closes_at = serializers.DateTimeField(allow_null=True)
    waiting = serializers.IntegerField()
    estimated_wait_s = serializers.IntegerField(allow_null=True)
    staffed = serializers.BooleanField()
    promise_at = serializers.DateTimeField(allow_null=True)


class TopicShape(serializers.Serializer):
    id = serializers.CharField()
    name = serializers.CharField()
