"""The family's side of an assessment: its questions answered alone, its own view, and what was decided and why."""

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chat.views_family import typed_text
from core import clock
from core.permissions import requires
from core.text import BodyRefused
from guidance.services.errors import ContactRefused
from perhekeskus.identified import identified
from segments.duties import duties_of
from segments.errors import AnswersIncomplete
from segments.instruments import Axis, Question, read_pack
from segments.models import Assessment
from segments.models.assessment import TEXT_LIMIT
from segments.own import own_assessment
from segments.permissions import Action
from segments.segment_words import OWN_CHOICES
from segments.services import answer_as_family


@dataclass(frozen=True)
class Asked:
    """A question with the answer that is chosen on the page, and whether it still waits for one."""

    question: Question
    chosen: str
    is_missing: bool


@dataclass(frozen=True)
class Given:
    """What stands in the form: what has been answered before, or what was typed and refused."""

    answers: dict[str, str]
    view: str
    own_choice: str
    missing: tuple[str, ...] = ()
    error: str = ""


def _own(request: HttpRequest, assessment_id: uuid.UUID) -> Assessment:
    return own_assessment(identified(request), assessment_id)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.ANSWER_ASSESSMENT, _own)
def me_assessment(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    if request.method == "POST":
        return _answer(request, assessment)
    before = Given(assessment.client_answers or {}, assessment.client_view, assessment.client_segment)
    return _page(request, assessment, before)


def _answer(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    """All answers at once. What is refused comes back with every answer in its place."""
    questions = _questions(assessment)
    chosen = {question.key: request.POST.get(f"q-{question.key}", "") for question in questions}
    answers = {key: answer for key, answer in chosen.items() if answer}
    view, own_choice = typed_text(request, "view"), request.POST.get("own_choice", "")
    missing: tuple[str, ...] = ()
    try:
        answer_as_family(
            assessment_id=assessment.pk,
            by=identified(request),
            answered=Assessment.Answered.ALONE,
            answers=answers,
            view=view,
            own_choice=own_choice,
            now=clock.now(),
        )
    except (ContactRefused, BodyRefused) as refused:
        if isinstance(refused, AnswersIncomplete):
            missing = refused.missing
        given = Given(answers, view, own_choice, missing, refused.detail)
        return _page(request, _own(request, assessment.pk), given, getattr(refused, "http_status", 422))
    messages.success(request, _("Kiitos. Vastauksesi ovat perillä."))
    return redirect("me_assessment", assessment_id=assessment.pk)


def _questions(assessment: Assessment) -> tuple[Question, ...]:
    """By the version that the assessment was begun with."""
    return read_pack(assessment.instrument.content).axes[Axis.COPING].questions


def _page(request: HttpRequest, assessment: Assessment, given: Given, status: int = 200) -> HttpResponse:
    asked = [
        Asked(question, given.answers.get(question.key, ""), question.key in given.missing)
        for question in _questions(assessment)
    ]
    context = {
        "assessment": assessment,
        "asked": asked,
        "given": given,
        "own_choices": OWN_CHOICES,
        "aims": duties_of(assessment.decided).aims if assessment.decided else (),
        "limit": TEXT_LIMIT,
    }
    return render(request, "family/me/assessment.html", context, status=status)
