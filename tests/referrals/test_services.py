"""Acts on a referral: who may, from which state, with whose consent; and when the receiver's access ends."""

import contextlib
import datetime as dt
import random
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Person, User
from audit.models import AuditEvent
from core.text import BodyRefused
from guidance.models import ClientRelationship
from guidance.services.errors import ContactRefused, NotIdentified
from referrals import errors as no
from referrals import services as acts
from referrals.models import Consent, Receiver, Referral, ReferralStep
from referrals.rights import items_for_receiver, living_consent, open_to_receiver
from referrals.transitions import TABLE, WITH_RECEIVER, Act
from tests.cast import NOW, Cast, make_person, make_visitor, open_chat

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
TODAY = dt.date(2026, 11, 23)
State, Item = Referral.State, Consent.Item


def draft(cast: Cast, family: ClientRelationship, to: Receiver, **given: Any) -> Referral:
    asked = {"unit": cast.unit, "summary": "Uni on vaikeaa", "now": NOW} | given
    return acts.make_draft(relationship_id=family.pk, worker=cast.worker, receiver=to, **asked)


def ask(cast: Cast, referral: Referral, **given: Any) -> Consent:
    asked = {"items": [Item.SUMMARY, Item.NAME], "until_on": TODAY + 30 * DAY, "now": NOW} | given
    return acts.ask_consent(referral_id=referral.pk, worker=cast.worker, **asked)


def agreed(cast: Cast, referral: Referral, eka: Person, **given: Any) -> Consent:
    return acts.give_consent(consent_id=ask(cast, referral, **given).pk, person=eka, now=NOW)


@pytest.fixture
def sent(cast: Cast, family: ClientRelationship, north: Receiver, eka: Person) -> Referral:
    referral = draft(cast, family, north)
    agreed(cast, referral, eka)
    return acts.send(referral_id=referral.pk, worker=cast.worker, now=NOW)


def do(act: str, referral: Referral, who: User, to: Receiver | None = None) -> object:
    """The act, by whom it is asked, with all that it needs."""
    base: dict[str, Any] = {"referral_id": referral.pk, "worker": who, "now": NOW}
    needs: dict[str, dict[str, Any]] = {
        "send": {}, "receive": {}, "accept": {}, "start": {},
        "decline": {"reason": "Jono on täynnä"},
        "return": {"words": "Kerro lisää"},
        "reroute": {"to": to, "words": "Sopii paremmin"},
        "complete": {"outcome": "helped"},
        "withdraw": {"reason": "Perhe muutti"},
    }  # fmt: skip
    name = "return_for_more" if act == "return" else act
    return getattr(acts, name)(**base, **needs[act])


def in_state(referral: Referral, state: str) -> Referral:
    """Put there past the services, with the times that the database asks of the state."""
    times: dict[str, Any] = {"sent_at": NOW, "answer_due_at": NOW + DAY}
    if state == State.DRAFT:
        times = {"sent_at": None, "answer_due_at": None}
    if state in (State.RECEIVED,):
        times |= {"received_at": NOW}
    if state in (State.ACCEPTED, State.STARTED, State.COMPLETED):
        times |= {"answered_at": NOW}
    if state in (State.STARTED, State.COMPLETED):
        times |= {"started_at": NOW}
    if state in (State.COMPLETED, State.DECLINED, State.LAPSED, State.WITHDRAWN):
        times |= {"ended_at": NOW, "outcome": "helped" if state == State.COMPLETED else ""}
    Referral.objects.filter(pk=referral.pk).update(state=state, **times)
    return Referral.objects.get(pk=referral.pk)


SENDERS = {"worker", "colleague", "supervisor"}
RECEIVERS = {"outsider"}
STAFF = ("worker", "colleague", "supervisor", "outsider", "professional", "catalogue_admin")


@pytest.mark.parametrize("act", [row.act.value for row in TABLE if row.act not in (Act.MAKE, Act.LAPSE)])
def test_each_act_by_each_of_the_staff_from_each_state(
    act: str, cast: Cast, family: ClientRelationship, north: Receiver, third: Receiver, eka: Person
) -> None:
    referral = draft(cast, family, north)
    agreed(cast, referral, eka, others_too=True)
    row = next(row for row in TABLE if row.act == act)
    parties = SENDERS if "sender" in row.by else RECEIVERS
    for state in State.values:
        for name in STAFF:
            who = User.objects.get(pk=getattr(cast, name).pk)
            with transaction.atomic():
                here = in_state(referral, state)
                steps = here.steps.count()
                if name in parties and state in row.sources:
                    do(act, here, who, third)
                    here.refresh_from_db()
                    last = here.steps.last()
                    assert here.state == row.target, (act, state, name)
                    assert last is not None and here.steps.count() == steps + 1
                    assert (last.from_state, last.to_state, last.transition) == (state, row.target, act)
                    assert AuditEvent.objects.filter(object_id=str(here.pk), actor_id=who.pk).exists()
                else:
                    refusal: tuple[type[ContactRefused], ...] = (no.ReferralUnknown,)
                    if name in parties:
                        refusal = (no.StateWrong, no.ReferralUnknown)  # a receiver does not see what is not with it
                    with pytest.raises(refusal):
                        do(act, here, who, third)
                    here.refresh_from_db()
                    assert here.state == state and here.steps.count() == steps, (act, state, name)
                transaction.set_rollback(True)


def test_nothing_is_sent_without_a_living_consent(
    cast: Cast, family: ClientRelationship, north: Receiver, eka: Person
) -> None:
    referral = draft(cast, family, north)

    def refused(now: dt.datetime = NOW) -> bool:
        with pytest.raises(no.ConsentMissing):
            acts.send(referral_id=referral.pk, worker=cast.worker, now=now)
        return True

    assert refused()
    consent = ask(cast, referral, until_on=TODAY)
    assert refused(), "asked is not given"
    acts.refuse_consent(consent_id=consent.pk, person=eka, now=NOW)
    assert refused()
    agreed(cast, referral, eka, until_on=TODAY)
    assert refused(NOW + DAY), "its last day has passed"
    assert acts.send(referral_id=referral.pk, worker=cast.worker, now=NOW).state == State.SENT


def test_a_consent_that_ran_out_is_asked_anew_and_one_that_lives_is_not(
    cast: Cast, family: ClientRelationship, north: Receiver, eka: Person
) -> None:
    referral = draft(cast, family, north)
    first = agreed(cast, referral, eka, until_on=TODAY)
    with pytest.raises(no.ConsentAnswered):
        ask(cast, referral)
    later = ask(cast, referral, now=NOW + DAY, until_on=TODAY + 9 * DAY)
    first.refresh_from_db()
    assert first.cancelled_at is not None and later.cancelled_at is None
    acts.cancel_consent(consent_id=later.pk, worker=cast.worker, now=NOW + DAY)
    with pytest.raises(no.ConsentAnswered):
        acts.give_consent(consent_id=later.pk, person=eka, now=NOW + DAY)


def test_changed_words_or_another_receiver_need_a_new_word_from_the_family(
    cast: Cast, family: ClientRelationship, north: Receiver, third: Receiver, eka: Person
) -> None:
    given: dict[str, Any] = {"urgency": "normal", "wish": "", "is_warm": False}
    for receiver, summary, asks_again in (
        (north, "Uni on vaikeaa", False), (north, "Uni on hyvin vaikeaa", True), (third, "Uni on vaikeaa", True),
    ):  # fmt: skip
        referral = draft(cast, family, north)
        agreed(cast, referral, eka)
        words = {"receiver": receiver, "summary": summary, **given}
        changed = acts.change_draft(referral_id=referral.pk, worker=cast.worker, now=NOW, **words)
        assert (living_consent(changed, NOW) is None) == asks_again


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"items": []}, no.ConsentEmpty),
        ({"items": ["kaikki"]}, no.ConsentEmpty),
        ({"items": ["name", "kaikki"]}, no.ConsentEmpty),
        ({"until_on": TODAY - DAY}, no.ConsentDaysWrong),
        ({"until_on": TODAY + 400 * DAY}, no.ConsentDaysWrong),
    ],
)
def test_what_cannot_be_asked(
    cast: Cast, family: ClientRelationship, north: Receiver, given: dict[str, Any], refusal: type[ContactRefused]
) -> None:
    referral = draft(cast, family, north)
    with pytest.raises(refusal):
        ask(cast, referral, **given)
    assert not referral.consents.exists()


def test_only_the_family_itself_answers_for_it(
    cast: Cast, family: ClientRelationship, north: Receiver, eka: Person
) -> None:
    other = make_person("Toka Huoltaja")
    consent = ask(cast, draft(cast, family, north))
    for act in (acts.give_consent, acts.refuse_consent, acts.revoke_consent):
        with pytest.raises(no.ReferralUnknown):
            act(consent_id=consent.pk, person=other, now=NOW)
    with pytest.raises(no.ReferralUnknown):
        acts.record_spoken_consent(consent_id=consent.pk, worker=cast.outsider, now=NOW)
    said = acts.record_spoken_consent(consent_id=consent.pk, worker=cast.worker, now=NOW)
    assert (said.given_how, said.recorded_by) == ("spoken", cast.worker)


def test_taking_the_word_back_ends_access_and_the_referral_in_one_moment(
    cast: Cast, sent: Referral, eka: Person
) -> None:
    assert items_for_receiver(sent, cast.outsider, NOW) == {"summary", "name"}
    assert list(open_to_receiver(cast.outsider, NOW)) == [sent]
    assert items_for_receiver(sent, cast.worker, NOW) == frozenset(), "the sender is no receiver"
    consent = sent.consents.get()
    acts.revoke_consent(consent_id=consent.pk, person=eka, now=NOW)
    sent.refresh_from_db()
    last = sent.steps.last()
    assert last is not None and (sent.state, last.by, last.staff) == (State.WITHDRAWN, "family", None)
    assert not items_for_receiver(sent, cast.outsider, NOW) and not open_to_receiver(cast.outsider, NOW).exists()
    with pytest.raises(no.ConsentAnswered):
        acts.revoke_consent(consent_id=consent.pk, person=eka, now=NOW)


def test_rerouting_follows_what_the_family_allowed(
    cast: Cast, family: ClientRelationship, north: Receiver, third: Receiver, eka: Person
) -> None:
    for others_too in (True, False):
        referral = draft(cast, family, north)
        agreed(cast, referral, eka, others_too=others_too)
        acts.send(referral_id=referral.pk, worker=cast.worker, now=NOW)
        who = {"referral_id": referral.pk, "worker": cast.outsider, "words": "Sopii paremmin", "now": NOW + DAY}
        moved = acts.reroute(to=third, **who)
        if others_too:
            assert (moved.state, moved.receiver, moved.sent_at) == (State.SENT, third, NOW + DAY)
            assert moved.answer_due_at is not None and moved.answer_due_at > NOW + DAY
        else:
            assert (moved.state, moved.receiver, moved.suggested) == (State.RETURNED, north, third)
        assert not items_for_receiver(moved, cast.outsider, NOW + DAY)


def test_deadlines_and_the_laws_terms_from_the_first_sending(
    cast: Cast, family: ClientRelationship, north: Receiver, eka: Person
) -> None:
    referral = draft(cast, family, north, kind=Referral.Kind.NEEDS_ASSESSMENT)
    agreed(cast, referral, eka)
    referral = acts.send(referral_id=referral.pk, worker=cast.worker, now=NOW)
    assert (referral.start_due_on, referral.ready_due_on) == (dt.date(2026, 12, 2), dt.date(2027, 2, 23))
    acts.return_for_more(referral_id=referral.pk, worker=cast.outsider, words="Kerro lisää", now=NOW)
    again = acts.send(referral_id=referral.pk, worker=cast.worker, now=NOW + 3 * DAY)
    assert (again.sent_at, again.start_due_on) == (NOW + 3 * DAY, dt.date(2026, 12, 2))


def test_what_nobody_can_receive_is_refused(cast: Cast, family: ClientRelationship, third: Receiver) -> None:
    with pytest.raises(no.ReceiverUnfit):
        draft(cast, family, third, kind=Referral.Kind.NEEDS_ASSESSMENT)
    third.is_active = False
    third.save()
    with pytest.raises(no.ReceiverUnfit):
        draft(cast, family, third)


def test_a_draft_needs_a_family_that_one_knows(cast: Cast, family: ClientRelationship, north: Receiver) -> None:
    asked: dict[str, Any] = {"receiver": north, "now": NOW}
    with pytest.raises(no.ReferralUnknown):
        acts.make_draft(relationship_id=family.pk, worker=cast.outsider, unit=cast.other_unit, **asked)
    nameless = open_chat(make_visitor()).relationship_id
    assert nameless is not None
    with pytest.raises(NotIdentified):
        acts.make_draft(relationship_id=nameless, worker=cast.worker, unit=cast.unit, **asked)
    with pytest.raises(BodyRefused):
        draft(cast, family, north, summary="x" * 4001)
    empty = draft(cast, family, north, summary=" ")
    for act in (lambda: ask(cast, empty), lambda: acts.send(referral_id=empty.pk, worker=cast.worker, now=NOW)):
        with pytest.raises(no.SummaryMissing):
            act()


def test_reasons_and_outcomes_are_asked_for(cast: Cast, sent: Referral, eka: Person) -> None:
    who: dict[str, Any] = {"referral_id": sent.pk, "worker": cast.outsider, "now": NOW}
    wordless: list[Callable[[], object]] = [
        lambda: acts.decline(reason=" ", **who),
        lambda: acts.return_for_more(words="", **who),
        lambda: acts.withdraw(referral_id=sent.pk, worker=cast.worker, reason="", now=NOW),
    ]
    for act in wordless:
        with pytest.raises(no.WordsMissing):
            act()
    with pytest.raises(no.OutcomeMissing):
        acts.complete(outcome="ihan hyvin", **who)
    assert acts.withdraw_as_family(referral_id=sent.pk, person=eka, now=NOW).state == State.WITHDRAWN


def test_what_came_to_nothing_stays_until_somebody_sees_to_it(
    cast: Cast, family: ClientRelationship, sent: Referral, third: Receiver
) -> None:
    with pytest.raises(no.StateWrong):
        acts.see_to(referral_id=sent.pk, worker=cast.worker, now=NOW)
    acts.decline(referral_id=sent.pk, worker=cast.outsider, reason="Jono on täynnä", now=NOW)
    sent.refresh_from_db()
    assert sent.seen_to_at is None
    next_one = draft(cast, family, third, follows=sent)
    sent.refresh_from_db()
    assert sent.seen_to_at == NOW and next_one.follows == sent


def test_a_warm_handing_over_is_written_down_once(
    cast: Cast, family: ClientRelationship, north: Receiver, eka: Person, sent: Referral
) -> None:
    with pytest.raises(no.NothingToHandOver):
        acts.hand_over_warmly(referral_id=sent.pk, worker=cast.worker, now=NOW)
    warm = draft(cast, family, north, is_warm=True)
    agreed(cast, warm, eka)
    acts.send(referral_id=warm.pk, worker=cast.worker, now=NOW)
    assert acts.hand_over_warmly(referral_id=warm.pk, worker=cast.worker, now=NOW).warm_at == NOW
    with pytest.raises(no.NothingToHandOver):
        acts.hand_over_warmly(referral_id=warm.pk, worker=cast.worker, now=NOW)


@pytest.mark.parametrize("seed", range(12))
def test_any_sequence_keeps_access_exactly_with_the_rule(
    seed: int, cast: Cast, family: ClientRelationship, north: Receiver, third: Receiver, eka: Person
) -> None:
    """The rule is written down a second time here, from rows: with the receiver, and a consent that lives today."""
    chance, now = random.Random(seed), NOW
    referral = draft(cast, family, north)
    for _n in range(40):
        now += dt.timedelta(hours=chance.choice((0, 1, 30)))
        consent = referral.consents.first()
        moves: list[Callable[[], object]] = [
            lambda now=now: acts.send(referral_id=referral.pk, worker=cast.worker, now=now),
            lambda now=now: acts.receive(referral_id=referral.pk, worker=cast.outsider, now=now),
            lambda now=now: acts.accept(referral_id=referral.pk, worker=cast.outsider, now=now),
            lambda now=now: acts.return_for_more(referral_id=referral.pk, worker=cast.outsider, words="?", now=now),
            lambda now=now: acts.reroute(
                referral_id=referral.pk, worker=cast.outsider, to=third, words="Muualle", now=now
            ),
            lambda now=now: acts.start(referral_id=referral.pk, worker=cast.outsider, now=now),
            lambda now=now: ask(
                cast, referral, now=now, until_on=(now + chance.choice((0, 2, 9)) * DAY).date(),
                others_too=chance.random() < 0.5,
            ),
        ]  # fmt: skip
        if chance.random() < 0.1:
            moves.append(
                lambda now=now: acts.decline(referral_id=referral.pk, worker=cast.outsider, reason="Ei", now=now)
            )
        if consent is not None:
            moves += [lambda now=now, c=consent: acts.give_consent(consent_id=c.pk, person=eka, now=now)] * 3
            moves += [lambda now=now, c=consent: acts.cancel_consent(consent_id=c.pk, worker=cast.worker, now=now)]
            if chance.random() < 0.2:
                moves.append(lambda now=now, c=consent: acts.revoke_consent(consent_id=c.pk, person=eka, now=now))
        with contextlib.suppress(ContactRefused):  # a refused move changes nothing, which the rule below sees
            chance.choice(moves)()
        referral.refresh_from_db()
        today = now.astimezone(dt.timezone(dt.timedelta(hours=2))).date()
        lives = [
            c for c in referral.consents.all()
            if c.given_at and not c.revoked_at and not c.cancelled_at and c.until_on >= today
            and (c.receiver_id == referral.receiver_id or c.others_too)
        ]  # fmt: skip
        unit_is_theirs = referral.receiver_id == north.pk
        should = bool(lives) and referral.state in WITH_RECEIVER and unit_is_theirs
        assert bool(items_for_receiver(referral, cast.outsider, now)) == should
        assert open_to_receiver(cast.outsider, now).filter(pk=referral.pk).exists() == should
        open_ones = referral.consents.filter(refused_at=None, revoked_at=None, cancelled_at=None)
        assert open_ones.count() <= 1
        steps = list(ReferralStep.objects.filter(referral=referral).order_by("at", "pk"))
        assert [one.from_state for one in steps[1:]] == [one.to_state for one in steps[:-1]]
        assert steps[-1].to_state == referral.state


def test_the_database_holds_one_open_consent(cast: Cast, family: ClientRelationship, north: Receiver) -> None:
    consent = ask(cast, draft(cast, family, north))
    consent.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        consent.save(force_insert=True)
