"""The conversation as a file on the family's own device."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from chat.views_family import contact_or_gate, gate
from core import clock
from core.permissions import requires
from guidance.models import Contact
from guidance.permissions import Action
from guidance.services import save_transcript


@require_GET
@requires(Action.READ_OWN_CONTACT, contact_or_gate)
def contact_transcript(request: HttpRequest, contact: Contact | uuid.UUID) -> HttpResponse:
    """Plain text in the contact's language. The file's name says nothing of anybody, nor of where it is from."""
    if not isinstance(contact, Contact):
        return gate(request, contact)
    response = HttpResponse(save_transcript(contact=contact, now=clock.now()), content_type="text/plain; charset=utf-8")
    with translation.override(contact.language):
        name = pgettext("name of a file, ASCII", "keskustelu")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.txt"'
    response.headers["Content-Language"] = contact.language
    return response
