"""The personal identity code, for a task that cannot do without it."""

import datetime as dt
import uuid

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts import persons
from accounts.models import User
from audit.codes import AuditGround
from guidance.services.actors import staff_actor
from guidance.services.errors import NotIdentified, ReasonMissing
from guidance.services.staff import own_open_contact


class CodeReason(models.TextChoices):
    """What the code is needed for: a closed list, since the record of it holds codes and no free words."""

    APPOINTMENT = "appointment", _("Ajan varaaminen")
    REFERRAL = "referral", _("Ohjaaminen palveluun")
    NOTIFICATION = "notification", _("Lastensuojeluilmoitus tai muu ilmoitus")
    RECORDS = "records", _("Kirjaaminen toiseen asiakastietojärjestelmään")


def show_identity_code(*, contact_id: uuid.UUID, worker: User, reason: str, now: dt.datetime) -> str:
    """The clear code of the contact's person, "" for one who has none. Raises NotYours, ContactClosed, NotIdentified,
    ReasonMissing."""
    if reason not in CodeReason.values:
        raise ReasonMissing
    with transaction.atomic():
        contact = own_open_contact(contact_id, worker)
        person = contact.family.person
        if person is None:
            raise NotIdentified
        return persons.show_identity_code(
            person=person,
            actor=staff_actor(worker, contact),
            ground=AuditGround.TASK,
            relationship_id=contact.relationship_id,
            reason=reason,
            now=now,
        )
