"""What visitors will see of a service, from the form as it stands, before anything is saved.

The form is saved in a transaction, the family's own view answers, and the transaction is taken back.
"""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from catalogue.models import Service
from catalogue.views_family import service as family_view
from core.translations import LANGUAGES

_BUTTONS = ("_addanother", "_saveasnew", "_reviewed", "_save")


def preview(page: Any, request: HttpRequest, pk: int | None) -> HttpResponse:
    """The family's page in `?lang=`; or the form with its mistakes marked, when it could not be saved."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    language = request.GET.get("lang", "fi")
    language = language if language in LANGUAGES else "fi"
    posted = request.POST.copy()
    _as_saved(posted)
    request.POST = posted  # type: ignore[assignment]
    with transaction.atomic():
        answer = page.changeform_view(request, str(pk) if pk is not None else None)
        if answer.status_code == 302:
            saved = Service.objects.get(pk=pk) if pk is not None else Service.objects.latest("pk")
            Service.objects.filter(pk=saved.pk).update(status=Service.Status.PUBLISHED)
            list(messages.get_messages(request))  # that it was saved: it was not
            messages.info(request, _("Esikatselu: näin perhe näkee sivun. Mitään ei ole vielä tallennettu."))
            with translation.override(language):
                request.method, request.path = "GET", reverse("service", args=[saved.slug])
                request.path_info = request.path
                answer = family_view(request, slug=saved.slug)
        elif hasattr(answer, "render"):
            answer.render()
        transaction.set_rollback(True)
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _as_saved(posted: QueryDict) -> None:
    for button in _BUTTONS:
        posted.pop(button, None)
    posted["_save"] = "1"
