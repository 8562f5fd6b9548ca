"""Reading who answers for a relationship, whom a proposal waits for, and what staff may open by answering."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Min, Q, QuerySet

from accounts.models import User
from accounts.selectors import Role, unit_ids
from core.opening_hours import local_date
from guidance.models import ClientRelationship, Contact, ResponsibleWorker, Substitute

State = ResponsibleWorker.State


@dataclass(frozen=True)
class Answering:
    """The standing term, and who answers today: its worker, or the day's substitute."""

    term: ResponsibleWorker
    worker: User
    substitute: Substitute | None


@dataclass(frozen=True)
class Load:
    accepted: int = 0
    proposed: int = 0


def who_answers(relationship: ClientRelationship, now: dt.datetime) -> Answering | None:
    """Who answers for the family on this Helsinki day; None when nobody has accepted."""
    terms = ResponsibleWorker.objects.filter(relationship=relationship, state=State.ACCEPTED)
    term = terms.select_related("worker", "unit").first()
    if term is None:
        return None
    today = substitutes_of_day(local_date(now)).filter(term=term).select_related("worker").first()
    return Answering(term, today.worker if today else term.worker, today)


def substitutes_of_day(day: dt.date) -> QuerySet[Substitute]:
    turns = Substitute.objects.filter(from_on__lte=day, until_on__gt=day, cancelled_at__isnull=True)
    return turns.filter(term__state=State.ACCEPTED)


def proposals_waiting_for(user: User) -> QuerySet[ResponsibleWorker]:
    """What this person has been asked and has not answered, the longest waiting first."""
    waiting = ResponsibleWorker.objects.filter(worker=user, state=State.PROPOSED)
    return waiting.select_related("relationship__person", "unit", "proposed_by").order_by("proposed_at")


def load_of(workers: Iterable[User]) -> dict[int, Load]:
    """How many families each answers for, and how many more each has been asked to."""
    ids = [worker.pk for worker in workers]
    counted = (
        ResponsibleWorker.objects.filter(worker__in=ids)
        .order_by()
        .values("worker")
        .annotate(
            accepted=Count("pk", filter=Q(state=State.ACCEPTED)), proposed=Count("pk", filter=Q(state=State.PROPOSED))
        )
    )
    found = {row["worker"]: Load(row["accepted"], row["proposed"]) for row in counted}
    return {pk: found.get(pk, Load()) for pk in ids}


def days_to_naming(relationship: ClientRelationship, required_at: dt.datetime | None = None) -> int | None:
    """Helsinki days from the moment when somebody became required (else from the first proposal) to the first
    acceptance; 0 when somebody stood already, None when nobody has accepted."""
    terms = ResponsibleWorker.objects.filter(relationship=relationship)
    times = terms.aggregate(
        proposed=Min("proposed_at"), accepted=Min("answered_at", filter=Q(state__in=[State.ACCEPTED, State.ENDED]))
    )
    if times["accepted"] is None:
        return None
    return max(0, (local_date(times["accepted"]) - local_date(required_at or times["proposed"])).days)


def relationships_of_staff(user: User, now: dt.datetime) -> Q:
    """The relationships that a member of staff may open: with a contact in a unit of their own, or answered for by them
    from such a unit, as the responsible worker or as today's substitute. Nothing without a living role."""
    units = unit_ids(user, Role.WORKER, Role.SUPERVISOR)
    terms = ResponsibleWorker.objects.filter(worker=user, state=State.ACCEPTED, unit__in=units)
    turns = substitutes_of_day(local_date(now)).filter(worker=user, term__unit__in=units)
    contacts = Contact.objects.filter(unit__in=units, relationship__isnull=False)
    return (
        Q(pk__in=contacts.order_by().values("relationship"))
        | Q(pk__in=terms.order_by().values("relationship"))
        | Q(pk__in=turns.order_by().values("term__relationship"))
    )
