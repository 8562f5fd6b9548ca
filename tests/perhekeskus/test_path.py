"""The path: every touchpoint of a family with its waits and feelings, and a drawing where nothing lies on another."""

import datetime as dt
from itertools import combinations, pairwise

import pytest

from accounts.models import Person
from core.opening_hours import local_date
from guidance.models import ClientRelationship, Contact, Feedback, ResponsibleWorker
from guidance.path import Kind, Stretch, Touch, add_to_path, path_of
from perhekeskus.path_picture import MOST, Picture, picture_of
from referrals import services
from referrals.models import Receiver
from tests.cast import NOW, Cast, Visitor, bind, close, make_person, open_chat, take

MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


@pytest.fixture
def eka(db: None) -> Person:
    return make_person("Eka Huoltaja")


@pytest.fixture
def family(cast: Cast, visitor: Visitor, eka: Person) -> ClientRelationship:
    """A chat that waited for ten minutes and felt bad; a message that still waits; somebody who answers."""
    chat = bind(
        take(open_chat(visitor, now=NOW - DAY), cast.worker, NOW - DAY + 10 * MINUTE), visitor, cast.worker, eka
    )
    close(chat, cast.worker, cast.topic, NOW - DAY + 40 * MINUTE)
    Feedback.objects.create(contact=chat, helped="no", feeling=2, at=NOW)
    relationship = ClientRelationship.objects.get(person=eka)
    letter = open_chat(visitor, now=NOW - 60 * MINUTE, channel="message")
    Contact.objects.filter(pk=letter.pk).update(relationship=relationship, visitor=None)
    term = {"role": "responsible", "proposed_by": cast.worker, "proposed_at": NOW - DAY, "unit": cast.unit}
    for state, answered in (("accepted", NOW - 30 * MINUTE), ("proposed", None)):
        ResponsibleWorker.objects.create(
            relationship=relationship, worker=cast.worker, state=state, answered_at=answered, **term
        )
    return relationship


def referred(cast: Cast, family: ClientRelationship, eka: Person, *acts: tuple[str, dt.datetime]) -> None:
    receiver, _made = Receiver.objects.get_or_create(name_fi="Perhetyö", unit=cast.other_unit)
    draft = {"worker": cast.worker, "unit": cast.unit, "receiver": receiver, "summary": "Yhteenveto"}
    referral = services.make_draft(relationship_id=family.pk, **draft, now=NOW - 9 * DAY)
    asked = {"items": ["summary"], "until_on": local_date(NOW) + DAY, "worker": cast.worker}
    consent = services.ask_consent(referral_id=referral.pk, **asked, now=NOW - 9 * DAY)
    if not acts:
        return
    services.give_consent(consent_id=consent.pk, person=eka, now=NOW - 9 * DAY)
    words = {"decline": {"reason": "Täynnä"}, "return_for_more": {"words": "Milloin?"}}
    for act, at in acts:
        worker = cast.worker if act == "send" else cast.outsider
        getattr(services, act)(referral_id=referral.pk, worker=worker, now=at, **words.get(act, {}))


def told(touch: Touch) -> list[tuple[bool, dt.timedelta | None]]:
    """(is a wait, how long) of each stretch; None while it goes on."""
    return [(part.is_wait, part.until - part.since if part.until else None) for part in touch.stretches]


def test_contacts_and_who_answers(cast: Cast, family: ClientRelationship) -> None:
    chat, letter, person = path_of(family)
    assert [touch.kind for touch in (chat, letter, person)] == [Kind.CONTACT, Kind.CONTACT, Kind.PERSON]
    assert (chat.channel, chat.provider, chat.words, chat.feeling) == ("Chat", "Asiakasohjaus", "Vauvan uni", 2)
    assert told(chat) == [(True, 10 * MINUTE), (False, 30 * MINUTE)]
    assert chat.waited(NOW) == 10 * MINUTE and not chat.is_waiting
    assert told(letter) == [(True, None)]
    assert letter.waited(NOW) == 60 * MINUTE and letter.is_waiting
    assert person.words == "Maija, vastuutyöntekijä" and told(person) == [(False, None)]


SENT = ("send", NOW - 8 * DAY)
REFERRALS = [
    ((SENT,), [(True, None)]),
    ((SENT, ("decline", NOW - 6 * DAY)), [(True, 2 * DAY)]),
    ((SENT, ("accept", NOW - 6 * DAY)), [(True, 2 * DAY), (True, None)]),
    ((SENT, ("accept", NOW - 6 * DAY), ("start", NOW - DAY)), [(True, 2 * DAY), (True, 5 * DAY), (False, None)]),
    # What came back and was sent again has waited since it was first sent.
    ((SENT, ("return_for_more", NOW - 7 * DAY), ("send", NOW - 5 * DAY)), [(True, None)]),
]


@pytest.mark.parametrize(("acts", "stretches"), REFERRALS, ids=lambda part: part[-1][0] if part[0] == SENT else "")
def test_a_referral_waits_for_the_answer_and_for_the_service(
    cast: Cast, family: ClientRelationship, eka: Person, acts: tuple[tuple[str, dt.datetime], ...], stretches: object
) -> None:
    referred(cast, family, eka, *acts)
    first = path_of(family)[0]
    assert (first.kind, first.at, first.provider) == (Kind.REFERRAL, NOW - 8 * DAY, "Perhetyö")
    assert told(first) == stretches


def test_a_draft_has_touched_nobody(cast: Cast, family: ClientRelationship, eka: Person) -> None:
    referred(cast, family, eka)
    assert {touch.kind for touch in path_of(family)} == {Kind.CONTACT, Kind.PERSON}


def test_a_room_is_on_the_path_once() -> None:
    with pytest.raises(ValueError, match="referrals is on the path twice"):
        add_to_path("referrals", lambda relationship: ())


def crowd(count: int) -> list[Touch]:
    """Touchpoints on the same day, in the same minute, and months apart; half of them still going on."""
    gaps = (dt.timedelta(), MINUTE, DAY, 90 * DAY)
    at, touches = NOW - 40 * 400 * DAY, []
    for number in range(count):
        at += gaps[number % 4]
        part = Stretch(at, None if number % 2 else at + MINUTE, is_wait=not number % 3)
        feeling = number % 6 or None
        touches.append(Touch(Kind.CONTACT, str(number), at, f"Chat {number % 3}", "Yksikkö", "", (part,), feeling))
    return touches


def drawn(touches: list[Touch]) -> Picture:
    picture = picture_of(touches, NOW)
    assert picture is not None
    return picture


def test_no_mark_lies_on_another_and_all_is_within_the_picture() -> None:
    picture = drawn(crowd(30))
    assert all(before.x + 60 <= after.x for before, after in pairwise(picture.marks))
    for bar in picture.bars:
        assert 0 < bar.x < bar.to_x <= picture.width and 0 < bar.y < picture.axis_y
    for one, other in combinations(picture.bars, 2):
        assert one.y != other.y or one.to_x <= other.x, "a line on another tells of neither"
    assert all(0 < felt.y < picture.top for felt in picture.felt) and len(picture.felt) == 25
    assert picture.axis_y < picture.height and picture.now_x < picture.width


def test_the_picture_has_the_newest_and_the_table_all() -> None:
    picture = drawn(crowd(MOST + 5))
    assert (len(picture.marks), picture.left_out, len(picture.touches)) == (MOST, 5, MOST + 5)
    assert picture.marks[-1].touch.key == str(MOST + 4)


def test_nothing_is_drawn_of_nothing() -> None:
    assert picture_of([], NOW) is None


@pytest.mark.parametrize("feelings", [(), (4,)], ids=["not told", "told"])
def test_the_room_for_feelings_is_there_when_they_are_told(feelings: tuple[int, ...]) -> None:
    touch = Touch(Kind.CONTACT, "1", NOW - DAY, "Chat", "Yksikkö", "", (), next(iter(feelings), None))
    picture = drawn([touch])
    assert [felt.feeling for felt in picture.felt] == list(feelings) and bool(picture.top) == bool(feelings)
