"""Text into values for callbacks and logged calls."""

from rest_framework import serializers

from chat.serializers import NonceField, NumberField
from guidance.models import CallbackAttempt


class NumberInput(serializers.Serializer):
    number = NumberField()


class AttemptInput(serializers.Serializer):
    nonce = NonceField()
    outcome = serializers.ChoiceField(choices=CallbackAttempt.Outcome.choices)


class NumberShape(serializers.Serializer):
    number = serializers.CharField()
    country = serializers.CharField(allow_blank=True)
