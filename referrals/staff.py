"""Referrals as staff see them: what the own side has sent and what waits for it, each with whose turn it is, which
clock runs and what may be read along. A list comes filtered by who asks."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404

from accounts.models import Person, User
from accounts.selectors import Role, unit_ids
from catalogue.models import Provider
from core.opening_hours import local_date
from core.translations import localized
from guidance.acting import WORKING
from guidance.models import ResponsibleWorker
from guidance.responsible import substitutes_of_day
from referrals.models import Consent, Receiver, Referral, ReferralStep
from referrals.own import Word, word_of
from referrals.rights import open_to_receiver
from referrals.transitions import LIVE, TABLE, UNANSWERED, WITH_RECEIVER, Act, Clock, Turn, clock_of, turn_of

SHOWN = 200
ALL_ITEMS = frozenset(Consent.Item.values)
By = ReferralStep.By


@dataclass(frozen=True)
class StaffReferral:
    """`items`: what this reader may read of it; the sender's side reads all of it. `consent`: the newest that the
    sender has not taken back, and `word` how it stands."""

    row: Referral
    is_sender: bool
    is_receiver: bool
    consent: Consent | None
    word: Word | None
    items: frozenset[str]
    turn: Turn
    clock: Clock
    is_late: bool

    @property
    def pk(self) -> uuid.UUID:
        return self.row.pk

    @property
    def person(self) -> Person | None:
        """Whose it is, where the reader may know."""
        return self.row.relationship.person if Consent.Item.NAME in self.items else None

    @property
    def reference(self) -> str:
        """By which staff name it to each other."""
        return str(self.row.pk)[:8]

    @property
    def is_live(self) -> bool:
        return self.row.state in LIVE

    @property
    def is_ours_to_do(self) -> bool:
        """Whether the reader's side has to do something next."""
        mine = {Turn.SENDER: self.is_sender, Turn.RECEIVER: self.is_receiver}
        return mine.get(self.turn, False)

    @property
    def acts(self) -> frozenset[str]:
        """What this side may do with it in the state that it is in; seeing to what comes next is no step."""
        sides = [side for side, mine in ((By.SENDER, self.is_sender), (By.RECEIVER, self.is_receiver)) if mine]
        return frozenset(
            row.act.value for row in TABLE if self.row.state in row.sources and any(side in row.by for side in sides)
        )

    @property
    def may_send(self) -> bool:
        return Act.SEND in self.acts and self.word == Word.GIVEN and bool(self.row.summary)

    @property
    def may_ask(self) -> bool:
        """Nothing has been asked that waits for an answer or lives."""
        return self.is_sender and self.is_live and self.word not in (Word.ASKED, Word.GIVEN)

    @property
    def may_hand_over(self) -> bool:
        row = self.row
        return self.is_sender and row.is_warm and row.warm_at is None and row.state in WITH_RECEIVER

    @property
    def waits_to_be_seen_to(self) -> bool:
        return self.is_sender and self.turn == Turn.SENDER and not self.is_live


def sent_by(user: User, now: dt.datetime) -> list[StaffReferral]:
    """What the own units have made, or whose family the worker answers for: as long as it lives, or waits for somebody
    to see to what comes next. What is ours to do comes first."""
    going_on = Q(state__in=LIVE) | Q(state__in=[Referral.State.DECLINED, Referral.State.LAPSED], seen_to_at=None)
    rows = _with_details(Referral.objects.filter(_senders(user, now), going_on)).order_by("-made_at")[:SHOWN]
    told = [_told(row, user, now, is_sender=True) for row in rows]
    return sorted(told, key=lambda one: not one.is_ours_to_do)


def received_by(user: User, now: dt.datetime) -> list[StaffReferral]:
    """What waits for the own units or is in their hands; the answer that is due first comes first."""
    rows = _with_details(open_to_receiver(user, now))[:SHOWN]
    return [_told(row, user, now, is_sender=False) for row in rows]


def referrals_of(relationship_id: int, user: User, now: dt.datetime, *, answers: bool) -> list[StaffReferral]:
    """The family's referrals that the own side has made or has been sent, those that live first, then newest first.
    `answers`: whether the user answers for the family today."""
    theirs = Referral.objects.filter(relationship=relationship_id)
    made = theirs.filter(_senders(user, now))
    mine = theirs.filter(Q(pk__in=made.order_by().values("pk")) | Q(pk__in=open_to_receiver(user, now).values("pk")))
    rows = _with_details(mine).order_by("-made_at", "pk")[:SHOWN]
    units = unit_ids(user, *WORKING)
    told = [_told(row, user, now, is_sender=answers or row.unit_id in units) for row in rows]
    return sorted(told, key=lambda one: not one.is_live)


def staff_referral(
    user: User, referral_id: uuid.UUID, now: dt.datetime, *, sender: bool = False, receiver: bool = False
) -> StaffReferral:
    """One that this reader's side has made or has been sent; `sender`, `receiver`: by that side only. Raises Http404
    for any other."""
    wanted = _with_details(Referral.objects.filter(pk=referral_id))
    found = wanted.filter(_senders(user, now)).first()
    told = _told(found, user, now, is_sender=True) if found is not None else None
    if told is None and (sent := wanted.filter(pk__in=open_to_receiver(user, now).values("pk")).first()) is not None:
        told = _told(sent, user, now, is_sender=False)
    if told is None or (sender and not told.is_sender) or (receiver and not told.is_receiver):
        raise Http404
    return told


def receivers() -> QuerySet[Receiver]:
    """To whom referrals can be made."""
    return Receiver.objects.filter(is_active=True).select_related("provider", "unit").order_by("order", "name_fi")


def named_receivers(name: str, among: Iterable[Receiver]) -> list[Receiver]:
    """Those whom a typed name may mean: the one that is called just so, else all whose name has it."""
    wanted = " ".join(name.split()).casefold()
    if not wanted:
        return []
    called = [(full_name(one).casefold(), one) for one in among]
    exactly = [one for full, one in called if full == wanted or one.name.casefold() == wanted]
    return exactly or [one for full, one in called if wanted in full]


def full_name(receiver: Receiver) -> str:
    """With its provider, where that tells more."""
    provider: Provider | None = receiver.provider
    told = localized(provider, "name") if provider is not None else ""
    return f"{receiver.name}, {told}" if told and told not in receiver.name else receiver.name


def _answers_for(user: User, now: dt.datetime) -> Q:
    units = unit_ids(user, Role.WORKER, Role.SUPERVISOR)
    turns = substitutes_of_day(local_date(now)).filter(worker=user).values("term")
    mine = Q(worker=user) | Q(pk__in=turns)
    return mine & Q(state=ResponsibleWorker.State.ACCEPTED, unit__in=units)


def _senders(user: User, now: dt.datetime) -> Q:
    """The rule of `rights.as_sender`, as a filter."""
    answered_for = ResponsibleWorker.objects.filter(_answers_for(user, now)).values("relationship")
    return Q(unit__in=unit_ids(user, *WORKING)) | Q(relationship__in=answered_for)


def _with_details(rows: QuerySet[Referral]) -> QuerySet[Referral]:
    related = (
        "receiver__provider",
        "receiver__unit",
        "relationship__person",
        "made_by",
        "unit",
        "service",
        "worker",
        "contact",
    )
    consents = Consent.objects.select_related("receiver").order_by("-asked_at", "-pk")
    return rows.select_related(*related, "suggested").prefetch_related(Prefetch("consents", consents))


def _told(row: Referral, user: User, now: dt.datetime, *, is_sender: bool) -> StaffReferral:
    units = unit_ids(user, *WORKING)
    consents = [one for one in row.consents.all() if one.cancelled_at is None]
    consent = next(iter(consents), None)
    word = word_of(consent, now) if consent is not None else None
    covers = consent is not None and (consent.receiver_id == row.receiver_id or consent.others_too)
    is_receiver = word == Word.GIVEN and covers and row.state in WITH_RECEIVER and row.receiver.unit_id in units
    along = frozenset(consent.items) if is_receiver and consent is not None else frozenset()
    return StaffReferral(
        row=row,
        is_sender=is_sender,
        is_receiver=is_receiver,
        consent=consent,
        word=word,
        items=ALL_ITEMS if is_sender else along,
        turn=turn_of(row.state, consent_asked=word == Word.ASKED, seen_to=row.seen_to_at is not None),
        clock=clock_of(row.state, row.kind),
        is_late=row.state in UNANSWERED and row.answer_due_at is not None and row.answer_due_at < now,
    )
