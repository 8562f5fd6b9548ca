"""How far each side has read."""

import uuid

from django.db import models
from django.db.models.functions import Greatest, Least

from guidance.models import Contact


def mark_seen(*, contact_id: uuid.UUID, by_client: bool, seq: int) -> int:
    """The side has seen everything up to `seq` (at most what is there). Returns how far it has read now."""
    field = "client_seen_seq" if by_client else "worker_seen_seq"
    reached = Greatest(models.F(field), Least(models.Value(max(seq, 0)), models.F("last_seq")))
    Contact.objects.filter(pk=contact_id).update(**{field: reached})
    return int(Contact.objects.values_list(field, flat=True).get(pk=contact_id))
