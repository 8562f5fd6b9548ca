"""At the desk: one family's whole matter, the families that one answers for, and who answers."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Membership, User
from accounts.selectors import Role, signed_in, unit_ids
from chat.desk_page import bar_context
from chat.views_family import typed_text
from core import clock
from core.opening_hours import local_date
from core.permissions import requires
from core.text import BodyRefused
from guidance.models import ClientRelationship, ResponsibleWorker
from guidance.path import path_of
from guidance.permissions import Action
from guidance.relationship_page import Family, answers_for, relationship_for_staff, through_unit
from guidance.responsible import proposals_waiting_for, relationships_of_staff, substitutes_of_day
from guidance.services.errors import ContactRefused
from guidance.services.looks import record_look_at_lists, record_look_at_relationship
from guidance.services.responsible import (
    accept_responsible,
    decline_responsible,
    end_responsible,
    propose_responsible,
    withdraw_proposal,
)
from perhekeskus.path_picture import picture_of
from perhekeskus.relationship_page import relationship_context

State = ResponsibleWorker.State
REASONED = {"decline": decline_responsible, "end": end_responsible}
PLAIN = {"accept": accept_responsible, "withdraw": withdraw_proposal}


def relationship_asked(request: HttpRequest, relationship_id: int) -> Family:
    return relationship_for_staff(signed_in(request), relationship_id, clock.now(), _moment(request, "notes"))


def term_asked(request: HttpRequest, term_id: uuid.UUID) -> ResponsibleWorker:
    """A term of one's own, or of a family that one may open. Raises Http404 for any other."""
    user = signed_in(request)
    families = ClientRelationship.objects.filter(relationships_of_staff(user, clock.now()))
    mine = Q(worker=user) | Q(relationship__in=families.values("pk"))
    terms = ResponsibleWorker.objects.select_related("relationship", "worker", "unit")
    found = terms.filter(mine, pk=term_id).first()
    if found is None:
        raise Http404
    return found


@require_GET
@requires(Action.READ_RELATIONSHIP, relationship_asked)
def desk_relationship(request: HttpRequest, row: Family) -> HttpResponse:
    return _relationship_page(request, row)


@require_GET
@requires(Action.READ_RELATIONSHIP, relationship_asked)
def desk_relationship_path(request: HttpRequest, row: Family) -> HttpResponse:
    """The family's journey as a picture, with its waits: all of it for who answers, the own units' for others."""
    user, now = signed_in(request), clock.now()
    _look(row, user, now)
    mine = unit_ids(user, Role.WORKER, Role.SUPERVISOR)
    touches = path_of(ClientRelationship.objects.get(pk=row.pk))
    if not answers_for(row, user):
        touches = [touch for touch in touches if touch.unit_id is None or touch.unit_id in mine]
    context = bar_context(user, now) | {"row": row, "picture": picture_of(touches, now)}
    return render(request, "desk/relationship/path.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.NAME_RESPONSIBLE, relationship_asked)
def desk_propose_responsible(request: HttpRequest, row: Family) -> HttpResponse:
    """Ask a colleague, or offer oneself, to answer for the family."""
    user, now = signed_in(request), clock.now()
    choices = _colleagues(user)
    if request.method != "POST":
        return _proposal_page(request, row, choices)
    kept = {"chosen": request.POST.get("who", ""), "role": request.POST.get("role", ""), "body": typed_text(request)}
    found = {key: member for key, _label, member in choices}
    if kept["chosen"] not in found or kept["role"] not in ResponsibleWorker.Role.values:
        return _proposal_page(
            request, row, choices, 422, error=_("Valitse, kuka vastaisi ja missä tehtävässä."), **kept
        )
    member = found[kept["chosen"]]
    try:
        term = propose_responsible(
            relationship=ClientRelationship.objects.get(pk=row.pk),
            worker=member.user,
            unit=member.unit,
            role=ResponsibleWorker.Role(kept["role"]),
            by=user,
            proposal=kept["body"],
            now=now,
        )
        if member.user_id == user.pk:
            accept_responsible(term=term, by=user, now=now)
    except BodyRefused as refusal:
        return _proposal_page(request, row, choices, 422, error=refusal.detail, **kept)
    except ContactRefused as refusal:
        return _proposal_page(request, row, choices, refusal.http_status, error=refusal.detail, **kept)
    own = _("Vastaat nyt perheen asiasta. Se näkyy perheen omalla sivulla.")
    asked = _("Ehdotus odottaa vastausta: %(name)s.") % {"name": member.user.full_name}
    messages.success(request, own if member.user_id == user.pk else asked)
    return redirect("desk_relationship", row.pk)


@require_POST
@requires(Action.NAME_RESPONSIBLE, term_asked)
def desk_responsible(request: HttpRequest, term: ResponsibleWorker) -> HttpResponse:
    """Accept or decline, take the proposal back, or end the term. What was typed stays when it is refused."""
    user, now, act, reason = signed_in(request), clock.now(), request.POST.get("act", ""), typed_text(request)
    try:
        if act in PLAIN:
            PLAIN[act](term=term, by=user, now=now)
        elif act in REASONED:
            REASONED[act](term=term, by=user, reason=reason, now=now)
        else:
            return _families_page(request, 422, error=_("Valitse, mitä teet."), open_id=term.pk, body=reason)
    except BodyRefused as refusal:
        return _refused_term(request, term, act, 422, refusal.detail, reason)
    except ContactRefused as refusal:
        return _refused_term(request, term, act, refusal.http_status, refusal.detail, reason)
    told = {
        "accept": _("Vastaat nyt perheen asiasta. Se näkyy perheen omalla sivulla."),
        "decline": _("Kieltäytymisesi ja sen syy näkyvät ehdottajalle."),
        "withdraw": _("Ehdotus on peruttu."),
        "end": _("Vastuu on päättynyt. Kukaan ei nyt vastaa perheestä."),
    }
    messages.success(request, told[act])
    may_open = ClientRelationship.objects.filter(relationships_of_staff(user, now), pk=term.relationship_id).exists()
    return redirect("desk_relationship", term.relationship_id) if may_open else redirect("desk_families")


@require_GET
@requires(Action.ANSWER_FOR_FAMILIES)
def desk_families(request: HttpRequest) -> HttpResponse:
    return _families_page(request)


def _refused_term(
    request: HttpRequest, term: ResponsibleWorker, act: str, status: int, error: str, reason: str
) -> HttpResponse:
    kept = {"error": error, "body": reason}
    if act == "end":
        row = relationship_for_staff(signed_in(request), term.relationship_id, clock.now())
        return _relationship_page(request, row, status, **kept)
    return _families_page(request, status, open_id=term.pk, **kept)


def _look(row: Family, user: User, now: dt.datetime) -> None:
    if not row.seen_just_now:
        record_look_at_relationship(
            relationship_id=row.pk, worker=user, unit_id=through_unit(row, user), task=answers_for(row, user), now=now
        )


def _relationship_page(request: HttpRequest, row: Family, status: int = 200, **given: str) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    _look(row, user, now)
    before = {name: _moment(request, name) for name in ("contacts", "notes")}
    context = bar_context(user, now) | relationship_context(row, user, now, before)
    return render(
        request, "desk/relationship/page.html", context | {"error": "", "body": "", "today": local_date(now)} | given,
        status=status,
    )  # fmt: skip


def _proposal_page(
    request: HttpRequest, row: Family, choices: list[Any], status: int = 200, **given: str
) -> HttpResponse:
    context = {
        "row": row,
        "choices": [(key, label) for key, label, _member in choices],
        "roles_offered": ResponsibleWorker.Role.choices,
        "chosen": "",
        "role": ResponsibleWorker.Role.RESPONSIBLE.value,
        "error": "",
        "body": "",
        **given,
    }
    frame = bar_context(signed_in(request), clock.now())
    return render(request, "desk/relationship/propose.html", frame | context, status=status)


def _families_page(request: HttpRequest, status: int = 200, **given: Any) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    record_look_at_lists(worker=user, now=now)
    terms = ResponsibleWorker.objects.filter(worker=user, state=State.ACCEPTED)
    turns = substitutes_of_day(local_date(now)).filter(worker=user)
    context = {
        "proposals": list(proposals_waiting_for(user)),
        "terms": list(terms.select_related("relationship__person", "unit").order_by("answered_at")),
        "turns": list(turns.select_related("term__relationship__person", "term__worker").order_by("until_on")),
        "error": "",
        "body": "",
        "open_id": None,
        **given,
    }
    return render(request, "desk/relationship/families.html", bar_context(user, now) | context, status=status)


def _colleagues(user: User) -> list[tuple[str, str, Membership]]:
    """Who could answer: workers and supervisors of one's own units, oneself first; each once a unit."""
    held = Membership.objects.filter(
        unit__in=unit_ids(user, Role.WORKER, Role.SUPERVISOR),
        role__in=(Role.WORKER, Role.SUPERVISOR),
        ended_at__isnull=True,
        user__is_active=True,
    ).select_related("user", "unit")
    found = {f"{member.user_id}-{member.unit_id}": member for member in held.order_by("user__last_name", "user_id")}
    rows = [(key, f"{member.user.full_name}, {member.unit}", member) for key, member in found.items()]
    return sorted(rows, key=lambda row: row[2].user_id != user.pk)


def _moment(request: HttpRequest, name: str) -> dt.datetime | None:
    """Where the shown page of a list begins, as this page's own links say it. Raises Http404 for anything else."""
    text = request.GET.get(f"{name}_before")
    if not text:
        return None
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError as wrong:
        raise Http404 from wrong
    if found.tzinfo is None:
        raise Http404
    return found
