"""Two families who wait for a call, one of them missed once, and a call that was logged: made by the services.

The numbers are of the range that the Swedish regulator keeps for films and books: nobody answers there.
"""

import datetime as dt
import uuid

from accounts import visitors
from accounts.models import User
from catalogue.models import Topic
from guidance.models import Contact
from guidance.services import call_wish, log_contact, open_contact, record_attempt, take_contact

NAMESPACE = uuid.UUID("2c6d6f0c-55a1-4a2f-9d52-0c1a7f6f0a11")
ASKED = (
    ("fi", "kasvatus", 20, "+46 70-174 06 05", ("forenoon", "afternoon"),
     "Haluaisin jutella uhmaikäisestä. Kirjoittaminen ei nyt onnistu, kun lapsi roikkuu sylissä."),
    ("sv", "parisuhde-ja-ero", 3, "+46 70-174 06 12", ("late_afternoon",), ""),
)  # fmt: skip
HOUR = dt.timedelta(hours=1)


def write_calls(now: dt.datetime) -> None:
    worker = User.objects.get(email="ohjaaja1@demo.test")
    waiting = [_asked(number, now) for number in range(len(ASKED))]
    _missed(waiting[0], worker, now - 2 * HOUR)
    log_contact(
        worker=worker,
        channel=Contact.Channel.PHONE,
        minutes=10,
        started_at=now - 4 * HOUR,
        outcome=Contact.Outcome.SIGNPOSTED,
        topic=Topic.objects.filter(slug="vauvan-hoito").first() or Topic.objects.first(),
        next_step="Perhe soittaa neuvolaan ja varaa ajan.",
        next_step_owner=Contact.NextStepOwner.FAMILY,
        note="Isä soitti, vauva kolme viikkoa. Kuulosti väsyneeltä mutta rauhalliselta.",
        nonce=uuid.uuid5(NAMESPACE, "logged"),
        now=now - 3 * HOUR,
    )


def _asked(number: int, now: dt.datetime) -> Contact:
    language, topic, hours, typed, wishes, body = ASKED[number]
    at = now - hours * HOUR
    key, _secret, _code = visitors.create_visitor(now=at, secret=visitors.new_secret())
    return open_contact(
        visitor_key=key,
        channel=Contact.Channel.CALLBACK,
        nonce=uuid.uuid5(NAMESPACE, str(number)),
        body=body,
        topic=Topic.objects.filter(slug=topic).first(),
        language=language,
        call=call_wish(typed, wishes),
        now=at,
    ).contact


def _missed(contact: Contact, worker: User, at: dt.datetime) -> None:
    take_contact(contact_id=contact.pk, worker=worker, now=at)
    nonce = uuid.uuid5(NAMESPACE, f"tried:{contact.open_nonce}")
    record_attempt(contact_id=contact.pk, worker=worker, nonce=nonce, outcome="no_answer", now=at)
