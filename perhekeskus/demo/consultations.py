"""A few consultations between the people of the demo, and yesterday's hand-over room. No family is named in them."""

import datetime as dt
import uuid
from typing import Any

from accounts.models import Profession, Unit, User
from catalogue.models import Topic
from guidance.message_log import Author, Entry, write
from guidance.models import Contact
from guidance.services import (
    Asked,
    close_consultation,
    invite_to_consultation,
    open_consultation,
    open_room,
    take_consultation,
)
from perhekeskus.demo.content_files import content

ROOM_NOTE = (
    "Aamuvuorolle: kaksi viestiä odottaa vastausta klo 12 mennessä, ja yhdelle on luvattu soittaa ennen kymmentä."
)


def write_consultations(now: dt.datetime) -> None:
    for story in content("consultations.json"):
        _tell(story, now)
    yesterday = now - dt.timedelta(days=1)
    room = open_room(unit=Unit.objects.get(is_front_door=True), user=_staff("ohjaaja2"), now=yesterday)
    _say(room, _staff("ohjaaja2"), ROOM_NOTE, yesterday)


def _staff(name: str) -> User:
    return User.objects.get(email=f"{name}@demo.test")


def _tell(story: dict[str, Any], now: dt.datetime) -> None:
    began = now - dt.timedelta(hours=story["hours_ago"])
    first, *rest = story["lines"]
    asker = _staff(story["asker"])
    asked = Asked(
        user=_staff(story["user"]) if "user" in story else None,
        profession=Profession.objects.get(slug=story["profession"]) if "profession" in story else None,
        unit=Unit.objects.get(slug=story["unit"]) if "unit" in story else None,
    )
    contact = open_consultation(
        asker=asker, asked=asked, title=story["title"], body=first["body"], nonce=uuid.uuid4(), now=began
    ).contact
    there = {asker.pk}
    for line in rest:
        at, user = began + dt.timedelta(minutes=line["minutes"]), _staff(line["by"])
        if user.pk not in there and len(there) == 1:
            take_consultation(contact_id=contact.pk, user=user, now=at)
        elif user.pk not in there:
            invite_to_consultation(contact_id=contact.pk, user=asker, invited=user, now=at)
        there.add(user.pk)
        _say(contact, user, line["body"], at)
    if "closed_by" in story:
        close_consultation(
            contact_id=contact.pk,
            user=_staff(story["closed_by"]),
            outcome=story["outcome"],
            topic=Topic.objects.get(slug=story["topic"]),
            next_step=story["next_step"],
            now=began + dt.timedelta(minutes=rest[-1]["minutes"] + 5),
        )


def _say(contact: Contact, user: User, body: str, at: dt.datetime) -> None:
    write(Entry(contact.pk, uuid.uuid4(), body, Author("worker", staff_id=user.pk, trusted=True), at))
