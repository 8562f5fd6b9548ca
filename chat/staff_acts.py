"""What every act at the desk shares: a refusal is told in words on the page it came from, and the closing sheet is read
from its form in one way."""

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from catalogue.selectors import topic_by_slug
from chat.views_family import typed_text
from guidance.models import Contact
from guidance.services import ContactRefused

Act = Callable[[HttpRequest, Contact], HttpResponse]
Telling = Callable[[HttpRequest, Contact, ContactRefused], HttpResponse]


def told_when_refused(tell: Telling) -> Callable[[Act], Act]:
    """The view of an act whose refusal is answered by `tell`, which shows the page as it is by now."""

    def decorate(act: Act) -> Act:
        @functools.wraps(act)
        def guarded(request: HttpRequest, contact: Contact) -> HttpResponse:
            try:
                return act(request, contact)
            except ContactRefused as refusal:
                return tell(request, contact, refusal)

        return guarded

    return decorate


def typed_sheet(request: HttpRequest) -> tuple[dict[str, Any], dict[str, Any]]:
    """The closing sheet as the services take it, and as the page shows it again when it is refused."""
    sheet = {name: request.POST.get(name, "") for name in ("topic", "outcome", "next_step_owner")}
    sheet["next_step"] = typed_text(request, "next_step")
    return sheet | {"topic": topic_by_slug(sheet["topic"])}, {"sheet": sheet, "sheet_open": True}
