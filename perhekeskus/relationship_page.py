"""One family's whole matter on one page: what guidance, segments and referrals each know, and what is due."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from core.opening_hours import local_date
from guidance.models import Contact, ResponsibleWorker
from guidance.relationship_page import Family, answers_for, contacts_page
from referrals.staff import StaffReferral, referrals_of
from referrals.transitions import Clock
from segments.duties import Breach, breaches, duties_of
from segments.shown import PlanShown, Segments, living_plan, segments_of


@dataclass(frozen=True)
class Deadline:
    """What has to be done by when, and whether that day has gone."""

    on: dt.date
    words: str
    over: bool


def relationship_context(
    row: Family, user: User, now: dt.datetime, before: dict[str, dt.datetime | None]
) -> dict[str, Any]:
    """What the page shows. `before`: where the shown page of `contacts` and of `notes` begins."""
    answering, today = answers_for(row, user), local_date(now)
    segments, plan = segments_of(row.pk), living_plan(row.pk)
    contacts = contacts_page(user, row.pk, before["contacts"])
    referrals = referrals_of(row.pk, user, now, answers=answering)
    wrong = _breaches(row, segments, today)
    return {
        "row": row,
        "person": row.person,
        "answering": answering,
        "asked_of_me": row.asked_worker_id == user.pk,
        "role_labels": dict(ResponsibleWorker.Role.choices),
        "segments": segments,
        "duties": duties_of(segments.current.decided) if segments.current else None,
        "no_responsible": Breach.NO_RESPONSIBLE in wrong,
        "plan": plan,
        "referrals": referrals,
        "contacts": contacts,
        "notes": row.notes,
        "refer_from": next(
            (contact.pk for contact in contacts.rows if row.person and not contact.is_consultation), None
        ),
        "before": before,
        "deadlines": _deadlines(segments, plan, referrals, contacts.rows, today),
    }


def _breaches(row: Family, segments: Segments, today: dt.date) -> tuple[Breach, ...]:
    if segments.current is None:
        return ()
    roles = [row.standing_role] if row.standing_role else []
    return breaches(
        segments.current.decided, accepted_roles=roles, next_review_on=segments.current.next_review_on, today=today
    )


def _deadlines(
    segments: Segments, plan: PlanShown | None, referrals: list[StaffReferral], contacts: list[Contact], today: dt.date
) -> list[Deadline]:
    """Whatever has a day, the nearest first; of contacts those of the shown page."""
    found: list[tuple[dt.date | None, str]] = []
    if segments.current:
        found.append((segments.current.next_review_on, _("Segmentti tarkistetaan")))
    if plan:
        found.append((plan.plan.next_review_on, _("Suunnitelma käydään läpi")))
    for contact in contacts:
        if not contact.is_closed and contact.due_at is not None and contact.first_response_at is None:
            words = _("%(channel)s: vastaus luvattu") % {"channel": contact.get_channel_display()}
            found.append((local_date(contact.due_at), words))
    for referral in referrals:
        found.append((referral_due(referral), _("Ohjaus: %(receiver)s") % {"receiver": referral.row.receiver.name}))
    return sorted(
        (Deadline(day, words, day < today) for day, words in found if day is not None), key=lambda row: row.on
    )


def referral_due(told: StaffReferral) -> dt.date | None:
    """The day on which the clock of the referral's state runs out; None where none runs."""
    row = told.row
    if told.clock == Clock.ANSWER and row.answer_due_at is not None:
        return local_date(row.answer_due_at)
    return {Clock.START: row.start_due_on, Clock.READY: row.ready_due_on}.get(told.clock)
