"""A receiver outside: who gets in by which link and code, and that access ends with the referral, the consent and the
link, whatever came before."""

import contextlib
import datetime as dt
import random
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from accounts.models import Person
from audit.models import AuditEvent
from core import outbox
from guidance.models import ClientRelationship
from guidance.services.errors import ContactRefused
from referrals import errors as no
from referrals import links
from referrals import services as acts
from referrals.models import Consent, Receiver, ReceiverLink, Referral
from referrals.transitions import WITH_RECEIVER
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
TODAY = dt.date(2026, 11, 23)
State, Item = Referral.State, Consent.Item


def agreed(cast: Cast, referral: Referral, eka: Person, **given: Any) -> Consent:
    asked = {"items": [Item.SUMMARY], "until_on": TODAY + 30 * DAY, "now": NOW} | given
    consent = acts.ask_consent(referral_id=referral.pk, worker=cast.worker, **asked)
    return acts.give_consent(consent_id=consent.pk, person=eka, now=asked["now"])


def made(cast: Cast, family: ClientRelationship, to: Receiver) -> Referral:
    return acts.make_draft(
        relationship_id=family.pk, worker=cast.worker, unit=cast.unit, receiver=to, summary="Uni on vaikeaa", now=NOW
    )


@pytest.fixture
def sent(cast: Cast, family: ClientRelationship, outside: Receiver, eka: Person) -> Referral:
    referral = made(cast, family, outside)
    agreed(cast, referral, eka)
    return acts.send(referral_id=referral.pk, worker=cast.worker, now=NOW)


def link_of(referral: Referral) -> ReceiverLink:
    return ReceiverLink.objects.get(referral=referral, ended_at__isnull=True)


def code_for(cast: Cast, referral: Referral, now: dt.datetime = NOW) -> str:
    return acts.make_code(referral_id=referral.pk, worker=cast.worker, now=now)


def entered(cast: Cast, referral: Referral, now: dt.datetime = NOW) -> ReceiverLink:
    code = code_for(cast, referral, now)
    assert acts.enter_link(link=link_of(referral), code=code, name="Aino Auttaja", now=now)
    return link_of(referral)


def reads(link: ReceiverLink, now: dt.datetime = NOW) -> frozenset[str]:
    try:
        return acts.look_by_link(link=link, now=now)[1]
    except no.LinkGone:
        return frozenset()


def test_sending_outside_makes_a_link_and_a_letter_that_tells_nothing(sent: Referral, mailoutbox: list[Any]) -> None:
    link = link_of(sent)
    assert sent.answer_due_at is not None and link.receiver == sent.receiver
    outbox.send_due(now=NOW)
    [letter] = mailoutbox
    token = links.token_of(link)
    assert letter.to == ["apua@example.test"]
    for start in ("/received/?t=", "/sv/received/?t=", "/en/received/?t="):
        assert f"{start}{token}" in letter.body
    for secret in ("Uni on vaikeaa", "Eka", "Huoltaja", str(sent.pk)):
        assert secret not in letter.body + letter.subject
    assert list(AuditEvent.objects.filter(object_id=str(sent.pk), code="referrals.link.made")) != []


def test_a_letter_whose_link_has_ended_does_not_go(cast: Cast, sent: Referral, mailoutbox: list[Any]) -> None:
    acts.end_link(referral_id=sent.pk, worker=cast.supervisor, now=NOW)
    outbox.send_due(now=NOW)
    assert mailoutbox == []
    with pytest.raises(no.LinkGone):
        acts.end_link(referral_id=sent.pk, worker=cast.supervisor, now=NOW)


def test_the_right_code_opens_one_browser_once(cast: Cast, sent: Referral) -> None:
    link = link_of(sent)
    assert reads(link) == frozenset(), "the link alone opens nothing"
    code = code_for(cast, sent)
    assert code not in str(ReceiverLink.objects.filter(pk=link.pk).values())
    secret = acts.enter_link(link=link, code=f" {code[:4]} {code[4:]} ", name=" Aino  Auttaja ", now=NOW)
    opened = link_of(sent)
    assert secret and secret not in str(ReceiverLink.objects.filter(pk=link.pk).values())
    assert links.is_browser_of(opened, secret, NOW) and not links.is_browser_of(opened, secret + "x", NOW)
    assert not links.is_browser_of(opened, secret, NOW + links.BROWSER_LASTS)
    assert reads(opened) == {Item.SUMMARY}
    assert acts.enter_link(link=opened, code=code, name="Toinen", now=NOW) == "", "a code is good once"
    sent.refresh_from_db()
    assert sent.taker_name == "Aino Auttaja"
    seen = AuditEvent.objects.filter(object_id=str(sent.pk), actor_kind="receiver").order_by("pk")
    assert [event.code.rpartition(".")[2] for event in seen] == ["opened", "viewed", "refused"]
    assert {event.actor_id for event in seen} == {sent.receiver_id}


def test_a_new_browser_closes_the_one_before(cast: Cast, sent: Referral) -> None:
    first = entered(cast, sent)
    assert reads(first)
    second = entered(cast, sent)
    assert reads(second) and not reads(first)
    acts.leave_link(link=second, now=NOW)
    assert not reads(second)


def test_codes_are_not_guessed_and_do_not_last(
    cast: Cast, sent: Referral, family: ClientRelationship, outside: Receiver, eka: Person
) -> None:
    other = made(cast, family, outside)
    agreed(cast, other, eka)
    acts.send(referral_id=other.pk, worker=cast.worker, now=NOW)
    link, foreign = link_of(sent), code_for(cast, other)
    who: dict[str, Any] = {"link": link, "name": "Aino"}
    assert acts.enter_link(code="", now=NOW, **who) == "", "no code has been made"
    old = code_for(cast, sent)
    code = code_for(cast, sent)
    wrong = [one for one in (old, foreign, "", "0" * 80, "١٢٣٤٥٦٧٨") if one != code]
    for guess in wrong:
        assert acts.enter_link(code=guess, now=NOW, **who) == ""
    assert acts.enter_link(code=code, now=NOW, **who) == "", "after five tries the right one opens nothing"
    late = code_for(cast, sent)
    assert acts.enter_link(code=late, now=NOW + links.CODE_LASTS + dt.timedelta(seconds=1), **who) == ""
    assert acts.enter_link(code=late, now=NOW + links.CODE_LASTS, **who)
    with pytest.raises(no.NameMissing):
        acts.enter_link(link=link, code=late, name=" ", now=NOW)
    assert links.link_by_token(links.token_of(link)) == link
    token = links.token_of(link)
    swapped = f"{link_of(other).pk.hex}:{token.rpartition(':')[2]}"
    for forged in ("", "x", token[:-1], token.upper(), swapped, f"{link.pk.hex}:", f"{token}\x00"):
        assert links.link_by_token(forged) is None, forged


def test_only_the_senders_side_makes_codes_and_ends_links(cast: Cast, sent: Referral) -> None:
    for act in (acts.make_code, acts.renew_link, acts.end_link):
        for stranger in (cast.outsider, cast.professional, cast.catalogue_admin):
            with pytest.raises(no.ReferralUnknown):
                act(referral_id=sent.pk, worker=stranger, now=NOW)
    opened = entered(cast, sent)
    renewed = acts.renew_link(referral_id=sent.pk, worker=cast.colleague, now=NOW)
    assert not reads(opened) and renewed.pk != opened.pk and link_of(sent) == renewed


def test_the_receivers_whole_path_by_link(cast: Cast, sent: Referral) -> None:
    link = entered(cast, sent)
    who: dict[str, Any] = {"referral_id": sent.pk, "worker": link, "now": NOW}
    with pytest.raises(no.StateWrong):
        acts.start(**who)
    acts.receive(**who)
    acts.accept(words="Soitamme huomenna", **who)
    acts.start(**who)
    assert reads(link)
    over = acts.complete(outcome="helped", words="Kiitos", **who)
    assert (over.state, over.worker, over.steps.filter(by="receiver", staff=None).count()) == (State.COMPLETED, None, 4)
    assert not reads(link) and not ReceiverLink.objects.filter(ended_at__isnull=True).exists()
    with pytest.raises(no.LinkGone):
        acts.start(**who)


@pytest.mark.parametrize("act", ["decline", "return"])
def test_a_link_ends_with_the_answer_and_a_new_one_comes_with_the_next_sending(
    act: str, cast: Cast, sent: Referral
) -> None:
    link = entered(cast, sent)
    who: dict[str, Any] = {"referral_id": sent.pk, "worker": link, "now": NOW}
    if act == "decline":
        acts.decline(reason="Jono on täynnä", **who)
    else:
        acts.return_for_more(words="Kerro lisää", **who)
        acts.send(referral_id=sent.pk, worker=cast.worker, now=NOW)
        assert link_of(sent).pk != link.pk and not link_of(sent).browser_hash
    link.refresh_from_db()
    assert link.ended_at is not None and not reads(link)


def test_a_link_reaches_no_other_referral(
    cast: Cast, family: ClientRelationship, outside: Receiver, sent: Referral, eka: Person
) -> None:
    other = made(cast, family, outside)
    agreed(cast, other, eka)
    acts.send(referral_id=other.pk, worker=cast.worker, now=NOW)
    link = entered(cast, sent)
    for act in (acts.receive, acts.accept):
        with pytest.raises(no.LinkGone):
            act(referral_id=other.pk, worker=link, now=NOW)
    other.refresh_from_db()
    assert other.state == State.SENT


@pytest.mark.parametrize("seed", range(8))
def test_any_sequence_keeps_access_by_link_exactly_with_the_rule(
    seed: int, cast: Cast, family: ClientRelationship, outside: Receiver, north: Receiver, eka: Person
) -> None:
    """The rule a second time, from rows: a consent that lives today, a referral that is with this receiver, a link that
    nobody has ended, and this browser the last one that gave a right code."""
    chance, now = random.Random(seed), NOW
    referral, last = made(cast, family, outside), None
    held: list[ReceiverLink] = []
    for _n in range(45):
        now += dt.timedelta(hours=chance.choice((0, 1, 30)))
        consent = referral.consents.first()
        by = {"referral_id": referral.pk, "now": now}
        ours = {**by, "worker": cast.worker}
        moves: list[Callable[[], object]] = [
            lambda ours=ours: acts.send(**ours),
            lambda ours=ours: acts.renew_link(**ours),
            lambda ours=ours, now=now: acts.ask_consent(
                items=[Item.SUMMARY], until_on=(now + chance.choice((0, 3, 20)) * DAY).date(),
                others_too=chance.random() < 0.5, **ours,
            ),
        ]  # fmt: skip
        if consent is not None:
            moves += [lambda now=now, c=consent: acts.give_consent(consent_id=c.pk, person=eka, now=now)] * 2
        if chance.random() < 0.15:
            moves += [lambda ours=ours: acts.end_link(**ours)]
            if consent is not None:
                moves += [lambda now=now, c=consent: acts.revoke_consent(consent_id=c.pk, person=eka, now=now)]
        if held:
            theirs = {**by, "worker": chance.choice(held)}
            moves += [
                lambda theirs=theirs: acts.receive(**theirs),
                lambda theirs=theirs: acts.accept(**theirs),
                lambda theirs=theirs: acts.return_for_more(words="?", **theirs),
                lambda theirs=theirs: acts.start(**theirs),
                lambda theirs=theirs: acts.reroute(to=north, words="Muualle", **theirs),
                lambda theirs=theirs, now=now: acts.leave_link(link=theirs["worker"], now=now),
            ]
        with contextlib.suppress(ContactRefused):
            chance.choice(moves)()
        if chance.random() < 0.4:
            with contextlib.suppress(ContactRefused):
                held.append(entered(cast, referral, now))
        referral.refresh_from_db()
        today = now.astimezone(dt.timezone(dt.timedelta(hours=2))).date()
        lives = [
            c for c in referral.consents.all()
            if c.given_at and not c.revoked_at and not c.cancelled_at and c.until_on >= today
            and (c.receiver_id == referral.receiver_id or c.others_too)
        ]  # fmt: skip
        for link in held:
            row = ReceiverLink.objects.get(pk=link.pk)
            last = row.browser_hash == link.browser_hash and row.browser_until is not None and row.browser_until > now
            should = (
                bool(lives) and last and row.ended_at is None and referral.receiver_id == row.receiver_id
                and referral.state in WITH_RECEIVER
            )  # fmt: skip
            assert bool(reads(link, now)) == should, (seed, referral.state)
        if referral.receiver_id != outside.pk or referral.state not in WITH_RECEIVER:
            assert not ReceiverLink.objects.filter(referral=referral, ended_at__isnull=True).exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_browsers_with_the_same_code_one_gets_in(cast: Cast, sent: Referral) -> None:
    link, code = link_of(sent), code_for(cast, sent)
    start, got = threading.Barrier(2), []

    def enter(name: str) -> None:
        try:
            start.wait()
            got.append(acts.enter_link(link=link, code=code, name=name, now=NOW))
        finally:
            connection.close()

    both = [threading.Thread(target=enter, args=(name,)) for name in ("Aino", "Outi")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(bool(secret) for secret in got) == [False, True]
    assert link_of(sent).tries == 2
