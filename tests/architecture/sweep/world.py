"""A family with something secret in every place where a family can have something, and everybody who might ask.

Each secret is a made-up word that stands nowhere else, so that a page, a header or a frame that holds it has told it.
"""

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass, field

from django.conf import settings
from django.test import Client

from accounts.models import Membership, NoticeAddress, Person, Unit, User, VisitorKey
from catalogue.models import LifeSituation
from chat.models import Alarm, Presence
from core import clock
from core.models import Heartbeat
from core.permissions import Reach
from core.sealing import seal
from core.tasks import WORKER
from guidance.models import (
    Binding,
    BreakGlass,
    Child,
    ClientRelationship,
    Contact,
    Draft,
    Feedback,
    IdentificationRequest,
    MaturityJudgement,
    ThreadShare,
)
from guidance.services import add_note, call_wish, link_consultation, open_contact, open_room, record_look
from guidance.services.corrections import ask_correction
from tests.architecture.sweep.answered_for import answered_for
from tests.architecture.sweep.hanging import RECEIVING, accessibility, assessment, consents, older_log, wish
from tests.architecture.sweep.planted import SECRETS
from tests.cast import (
    Cast,
    Visitor,
    answer,
    ask,
    close,
    consult,
    identification_of,
    make_cast,
    make_person,
    make_visitor,
    open_chat,
    say,
    second_device,
    sign_in,
    staff_author,
    take,
)
from tests.services import make_service

HOUR = dt.timedelta(hours=1)
# Where the family's contacts are in their lives; every address about a contact is asked for each of them.
MATTERS = ("open", "waiting", "closed")
# For what can be done with these only: two of nameless families that the worker has, one of them asked to identify;
# three of the stranger's: one in the queue, one over, and a call that the worker is to make.
NAMELESS = ("nameless", "asked")
STRANGERS = ("queueing", "over", "calling")
# Between professionals: one linked to the family through its open contact, one about nobody, one that waits beside that
# contact, a hand-over room. To families, and to staff without a place in them, they do not exist.
AMONG = ("linked", "consulting", "asking", "room")


@dataclass(frozen=True)
class Asker:
    """Somebody with a browser: cookies, the role they have, and how they stand to each of the family's contacts."""

    name: str
    cookies: dict[str, str]
    role: str = ""
    reach: tuple[Reach, ...] = ()
    reach_in: dict[str, tuple[Reach, ...]] = field(default_factory=dict)  # besides, to these contacts
    user_id: int = 0

    @property
    def device(self) -> str:
        """The secret of the device, for families."""
        return self.cookies.get(settings.VISITOR_COOKIE_NAME, "")

    @property
    def signed_in(self) -> bool:
        return settings.SESSION_COOKIE_NAME in self.cookies

    def reach_to(self, matter: str) -> tuple[Reach, ...]:
        of_the_family = () if matter in AMONG else self.reach
        return of_the_family + self.reach_in.get(matter, ())

    def client(self) -> Client:
        client = Client(headers={"accept-language": "fi"})
        for name, value in self.cookies.items():
            client.cookies[name] = value
        return client


@dataclass(frozen=True)
class World:
    cast: Cast
    contacts: dict[str, Contact]
    askers: dict[str, Asker]
    objects: dict[str, dict[str, object]]  # by matter: what stands behind an address's placeholders

    def path_values(self, matter: str) -> dict[str, object]:
        """What to put for `<uuid:contact_id>` and the like. `unknown`: ids of which there is nothing."""
        return self.objects[matter]


def make_world() -> World:
    now = clock.now()
    cast = make_cast()
    family, person = make_visitor(now), make_person(f"Aino {SECRETS['name']}", now)
    Person.objects.filter(pk=person.pk).update(code_sealed=seal(SECRETS["code"]))
    _identify(family.key, person, now)
    NoticeAddress.objects.create(
        person=person, sealed=seal(f"{SECRETS['notice']}@example.test"), language="fi", added_at=now, verified_at=now
    )
    contacts = _contacts(cast, family, now)
    other_unit_staff = _colleagues_elsewhere(cast)
    child = _identified_life(cast, contacts, person, family, now)
    shares = _shares(contacts["open"], person, now)
    stranger = make_visitor(now)
    families = _families(family, stranger, person, shares, now)
    askers = {asker.name: asker for asker in (*families, *_staff(cast, other_unit_staff, contacts["open"], now))}
    # Hands that are not full, so that asking for the next takes it.
    Presence.objects.update_or_create(
        user=cast.worker, defaults={"capacity": 8, "since": now, "last_seen_at": now, "state": "away"}
    )
    Heartbeat.objects.update_or_create(name=WORKER, defaults={"at": now})
    situation = LifeSituation.objects.create(slug="uni", name_fi="Uni", icon="moon")
    service = make_service(slug="perhekahvila", name_fi="Perhekahvila")
    service.situations.add(situation)
    objects = _objects(cast, contacts, person, child, now)
    names = (*NAMELESS, *STRANGERS, *AMONG)
    made = (*_nameless(cast, now), *_strangers(cast, stranger, now), *_among_staff(cast, contacts["open"], now))
    more = zip(names, made, strict=True)
    for name, contact in more:
        objects[name] = {**objects["unknown"], "contact_id": contact.pk}
    return World(cast, contacts, askers, objects)


def _objects(
    cast: Cast, contacts: dict[str, Contact], person: Person, child: Child, now: dt.datetime
) -> dict[str, dict[str, object]]:
    """What stands behind the placeholders of addresses, for each contact; None where the contact has no such thing."""
    of_the_family = {
        "child_id": child.pk,
        "erasure_id": wish(person, now).pk,
        "older_log_id": older_log(cast, person, now).pk,
        "assessment_id": assessment(cast, person, now).pk,
        "correction_id": ask_correction(person=person, body=SECRETS["correction"], now=now).pk,
        **answered_for(cast, person, now),
    }
    of_one = {
        "open": {
            "share_id": ThreadShare.objects.get(revoked_at=None).pk,
            "glass_id": BreakGlass.objects.latest("at").pk,
        },
        "waiting": {
            "share_id": ThreadShare.objects.exclude(revoked_at=None).get().pk,
            "glass_id": BreakGlass.objects.earliest("at").pk,
        },
        "closed": {"share_id": None, "glass_id": None},
    }
    of_nobody = {"feedback_id": accessibility(now).pk}
    for matter, consent in consents(cast, person, now).items():
        of_one[matter] |= {"consent_id": consent.pk, "referral_id": consent.referral_id}
    of_one["closed"] |= {"consent_id": None, "referral_id": None}
    for matter, contact in contacts.items():
        alarm = {"kind": "mended", "fingerprint": f"mended:{matter}", "unit": cast.unit, "contact": contact}
        of_one[matter]["alarm_id"] = Alarm.objects.create(**alarm, raised_at=now, ended_at=now).pk
    nothing = dict.fromkeys((*of_the_family, *of_one["open"]), 987_654_321)
    found: dict[str, dict[str, object]] = {
        matter: {"contact_id": contacts[matter].pk, **of_the_family, **of_one[matter], **of_nobody}
        for matter in MATTERS
    }
    unknown = {name: uuid.uuid4() for name in ("contact_id", "referral_id", "assessment_id", "term_id")}
    return found | {"unknown": {**nothing, **unknown, **of_nobody}}


def _contacts(cast: Cast, family: Visitor, now: dt.datetime) -> dict[str, Contact]:
    opened = take(open_chat(family, now=now - 2 * HOUR, body=SECRETS["thread"]), cast.worker, now - HOUR)
    session = sign_in(cast.worker, now)
    say(opened, staff_author(cast.worker, session), SECRETS["answer"], at=now)
    add_note(contact=opened, worker=cast.worker, body=SECRETS["note"], now=now)
    waiting = open_chat(family, now=now - HOUR, channel="message", body=SECRETS["message"])
    ended = take(_callback(family, now - 3 * HOUR), cast.worker, now - 3 * HOUR)
    ended = close(ended, cast.worker, cast.topic, now - 2 * HOUR, step=SECRETS["step"])
    Feedback.objects.create(contact=ended, helped="yes", word=SECRETS["feedback"], at=now)
    return {"open": opened, "waiting": waiting, "closed": ended}


def _callback(
    family: Visitor, at: dt.datetime, number: str = SECRETS["number"], body: str = SECRETS["message"]
) -> Contact:
    """The number is still kept when the contact has ended: it goes some days later."""
    opening = {"call": call_wish(number), "nonce": uuid.uuid4(), "body": body, "language": "fi", "now": at}
    return open_contact(visitor_key=family.key, channel="callback", **opening).contact


def _nameless(cast: Cast, now: dt.datetime) -> list[Contact]:
    plain, asked = (take(open_chat(make_visitor(now), now=now - HOUR), cast.worker, now) for _ in NAMELESS)
    return [plain, ask(asked, cast.worker, now=now)]


def _strangers(cast: Cast, stranger: Visitor, now: dt.datetime) -> list[Contact]:
    over = take(open_chat(stranger, now=now - HOUR), cast.worker, now - HOUR)
    calling = _callback(stranger, now - HOUR, number="+46701740699", body="")
    waiting, ended = open_chat(stranger, now=now), close(over, cast.worker, cast.topic, now)
    return [waiting, ended, take(calling, cast.worker, now)]


def _among_staff(cast: Cast, opened: Contact, now: dt.datetime) -> list[Contact]:
    linked = answer(
        consult(cast.professional, unit=cast.unit, body=SECRETS["consult"], now=now - HOUR), cast.worker, now
    )
    link_consultation(contact_id=linked.pk, user=cast.worker, to=opened, now=now)
    consulting = answer(consult(cast.professional, unit=cast.unit, now=now - HOUR), cast.worker, now)
    asking = consult(cast.colleague, user=cast.worker, about=opened, body=SECRETS["asking"], now=now)
    room = open_room(unit=cast.unit, user=cast.worker, now=now - 24 * HOUR)
    say(room, staff_author(cast.worker, sign_in(cast.worker, now)), SECRETS["room"], at=now)
    for kept_as in Draft.Room:
        Draft.objects.create(user=cast.worker, contact=opened, room=kept_as, body=SECRETS["draft"], saved_at=now)
    return [linked, consulting, asking, room]


def _identified_life(
    cast: Cast, contacts: dict[str, Contact], person: Person, family: Visitor, now: dt.datetime
) -> Child:
    """The open contact was bound to a person when it had begun without a name; the person's child and what was judged
    of it."""
    theirs = ClientRelationship.objects.get(person=person)
    nameless = ClientRelationship.objects.create(visitor=family.key.visitor, created_at=now)
    evidence = identification_of(contacts["open"], person, now=now)
    bound = {"contact": contacts["open"], "from_relationship": nameless, "to_relationship": theirs}
    Binding.objects.create(
        **bound, identification=evidence, bound_at=now - HOUR, undone_at=now, undone_by=cast.worker,
        undo_reason=SECRETS["undo"],
    )  # fmt: skip
    Binding.objects.create(**bound, identification=evidence, bound_at=now)
    asked = {"asked_by": cast.worker, "reason": SECRETS["ask"], "asked_at": now}
    IdentificationRequest.objects.create(
        contact=contacts["open"], state="done", answered_at=now, identification=evidence, **asked
    )
    IdentificationRequest.objects.create(contact=contacts["waiting"], **asked)
    Contact.objects.filter(pk=contacts["open"].pk).update(visitor=family.key.visitor)
    child = Child.objects.create(
        relationship=theirs, name=f"Pikku {SECRETS['child']}", birth_date=dt.date(2013, 5, 5), named_by=cast.worker,
        named_at=now,
    )  # fmt: skip
    MaturityJudgement.objects.create(
        child=child, worker=cast.worker, guardian_may_act=True, reason=SECRETS["maturity"], at=now
    )
    Contact.objects.filter(pk=contacts["open"].pk).update(about_child=child)
    return child


def _identify(key: VisitorKey, person: Person, now: dt.datetime, until: dt.timedelta = HOUR) -> None:
    VisitorKey.objects.filter(pk=key.pk).update(person=person, person_until=now + until)
    key.refresh_from_db()


def _shares(contact: Contact, person: Person, now: dt.datetime) -> dict[str, Person]:
    """Two people whom the open contact was shared with; one of them may not read it any more."""
    readers = {"shared": make_person("Toinen Huoltaja", now), "share_revoked": make_person("Kolmas Huoltaja", now)}
    for name, reader in readers.items():
        ThreadShare.objects.create(
            contact=contact, shared_by=person, code_hash=secrets.token_hex(32), created_at=now, expires_at=now + HOUR,
            with_person=reader, used_at=now, revoked_at=now if name == "share_revoked" else None,
        )  # fmt: skip
    return readers


def _families(
    family: Visitor, stranger: Visitor, person: Person, shares: dict[str, Person], now: dt.datetime
) -> list[Asker]:
    return [
        Asker("nobody", {}),
        _at_home("family", family, Reach.OWN),
        _at_home("forgotten_device", _device(person, now, forgotten=True)),
        _at_home("identified_before", _device(person, now, until=-HOUR), Reach.GATE),
        Asker("second_device", _cookie(second_device(family, now)), "client", reach_in={"open": (Reach.GATE,)}),
        Asker("stranger", _cookie(stranger), "client", reach_in=dict.fromkeys(STRANGERS, (Reach.OWN,))),
        _at_home("other_guardian", _other_guardian(now)),
        Asker("shared", _cookie(_device(shares["shared"], now)), "client", reach_in={"open": (Reach.SHARED,)}),
        _at_home("share_revoked", _device(shares["share_revoked"], now)),
    ]


def _cookie(visitor: Visitor) -> dict[str, str]:
    return {settings.VISITOR_COOKIE_NAME: visitor.secret}


def _at_home(name: str, visitor: Visitor, *reach: Reach) -> Asker:
    return Asker(name, _cookie(visitor), "client", reach)


def _device(person: Person, now: dt.datetime, until: dt.timedelta = HOUR, forgotten: bool = False) -> Visitor:
    """A device of its own on which the person has identified."""
    device = make_visitor(now)
    _identify(device.key, person, now, until)
    if forgotten:
        VisitorKey.objects.filter(pk=device.key.pk).update(forgotten_at=now)
    return device


def _with_a_chat(visitor: Visitor, now: dt.datetime) -> Visitor:
    open_chat(visitor, now=now)
    return visitor


def _other_guardian(now: dt.datetime) -> Visitor:
    """The other guardian of the same child, with a conversation of their own about it."""
    device = _with_a_chat(_device(make_person("Oma Huoltaja", now), now), now)
    theirs = ClientRelationship.objects.get(person_id=device.key.person_id)
    worker = User.objects.get(email="ohjaaja1@demo.test")
    Child.objects.create(
        relationship=theirs, name="Pikku", birth_date=dt.date(2013, 5, 5), named_by=worker, named_at=now
    )
    return device


def _colleagues_elsewhere(cast: Cast) -> dict[str, User]:
    receiving = Unit.objects.create(slug=RECEIVING, name_fi="Perhetyö", name_sv="Familjearbete", name_en="Family work")
    return {
        "receiver": new_staff("perhetyo@demo.test", receiving, "worker"),
        "other_supervisor": new_staff("esihenkilo2@demo.test", cast.other_unit, "supervisor"),
        "glass": new_staff("ohjaaja4@demo.test", cast.other_unit, "worker"),
        "glass_mended": new_staff("ohjaaja5@demo.test", cast.other_unit, "worker"),
        "former": new_staff("ohjaaja6@demo.test", cast.unit, "worker", ended=True),
        "superuser": new_staff("yllapito@demo.test", None, "", is_staff=True, is_superuser=True),
    }


def new_staff(email: str, unit: Unit | None, role: str, ended: bool = False, **fields: bool) -> User:
    user = User.objects.create(
        email=email, first_name="Outi", last_name="Vierula", title_fi="perheohjaaja",
        password="!", **fields,
    )  # fmt: skip
    if unit is not None:
        Membership.objects.create(user=user, unit=unit, role=role, ended_at=clock.now() if ended else None)
    return user


def _staff(cast: Cast, elsewhere: dict[str, User], opened: Contact, now: dt.datetime) -> list[Asker]:
    reason = SECRETS["glass"]
    glass = {"unit": cast.other_unit, "contact": opened, "reason": reason}
    BreakGlass.objects.create(user=elsewhere["glass"], **glass, at=now, until=now + HOUR)
    BreakGlass.objects.create(user=elsewhere["glass_mended"], **glass, at=now - 2 * HOUR, until=now - HOUR)
    for looker in (elsewhere["glass"], cast.colleague):
        record_look(contact=opened, worker=looker, now=now)

    def asker(name: str, user: User, role: str, *reach: Reach, **reach_in: tuple[Reach, ...]) -> Asker:
        cookies = {settings.SESSION_COOKIE_NAME: sign_in(user, now, fresh=True)}
        return Asker(name, cookies, role, reach, reach_in, user.pk)

    unit, held, seat, room = Reach.UNIT, (Reach.HELD,), (Reach.SEAT,), (Reach.ROOM,)
    among = dict.fromkeys(("linked", "consulting"), seat) | {"asking": (Reach.ASKED,), "room": room}
    workers = dict.fromkeys(("open", "nameless", "asked", "calling"), held) | among
    return [
        asker("worker", cast.worker, "worker", unit, **workers),
        asker("colleague", cast.colleague, "worker", unit, asking=seat, room=room),
        asker("supervisor", cast.supervisor, "supervisor", unit, room=room),
        asker("professional", cast.professional, "professional", unit, linked=seat, consulting=seat),
        asker("catalogue_admin", cast.catalogue_admin, "catalogue_admin", unit),
        asker("outsider", cast.outsider, "worker"),
        asker("other_supervisor", elsewhere["other_supervisor"], "supervisor"),
        asker("receiver", elsewhere["receiver"], "worker", open=(Reach.RECEIVER,)),
        asker("glass", elsewhere["glass"], "worker", open=(Reach.GLASS,)),
        asker("glass_mended", elsewhere["glass_mended"], "worker"),
        asker("former", elsewhere["former"], ""),
        asker("superuser", elsewhere["superuser"], ""),
    ]


ASKERS = (
    "nobody", "family", "forgotten_device", "identified_before", "second_device", "stranger", "other_guardian",
    "shared", "share_revoked", "worker", "colleague", "supervisor", "professional", "catalogue_admin", "outsider",
    "other_supervisor", "receiver", "glass", "glass_mended", "former", "superuser",
)  # fmt: skip
