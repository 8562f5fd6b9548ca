"""Text into values for callbacks and logged calls."""

from rest_framework import serializers

from chat.serializers import NonceField, NumberField, TopicField
from core.text import BODY_LIMIT
from guidance.models import CallbackAttempt, Contact
from guidance.services.logged import LONGEST


class NumberInput(serializers.Serializer):
    number = NumberField()


class AttemptInput(serializers.Serializer):
    nonce = NonceField()
    outcome = serializers.ChoiceField(choices=CallbackAttempt.Outcome.choices)


class LogInput(serializers.Serializer):
    """A call or a visit that has been. `follows`: a contact of the same family."""

    nonce = NonceField()
    channel = serializers.ChoiceField(choices=["phone", "visit"])
    started_at = serializers.DateTimeField(required=False, allow_null=True)
    minutes = serializers.IntegerField(min_value=1, max_value=LONGEST)
    topic = TopicField()
    outcome = serializers.ChoiceField(choices=Contact.Outcome.choices)
    next_step = serializers.CharField(allow_blank=True, max_length=2000, trim_whitespace=False)
    next_step_owner = serializers.ChoiceField(choices=Contact.NextStepOwner.values, required=False, allow_blank=True)
    note = serializers.CharField(required=False, allow_blank=True, max_length=BODY_LIMIT, trim_whitespace=False)
    follows = serializers.UUIDField(required=False, allow_null=True)


class NumberShape(serializers.Serializer):
    number = serializers.CharField()
    country = serializers.CharField(allow_blank=True)
