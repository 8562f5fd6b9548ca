"""Addresses as somebody might add them in a hurry, each with its own mistake, before the site's own."""

import uuid
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chat.views_staff import unit_contact
from core.permissions import public, requires
from guidance.models import Contact, Message, Note
from guidance.permissions import Action
from perhekeskus.urls import handler500
from perhekeskus.urls import urlpatterns as own_urlpatterns

__all__ = ["handler500", "urlpatterns"]


def any_contact(request: HttpRequest, contact_id: uuid.UUID) -> Contact:
    return get_object_or_404(Contact.objects.of_families(), pk=contact_id)


def unmarked(request: HttpRequest) -> HttpResponse:
    return HttpResponse("secrets")


@public
def tells_all(request: HttpRequest) -> HttpResponse:
    return HttpResponse(", ".join(Message.objects.values_list("body", flat=True)))


@requires(Action.READ_CONTACT, any_contact)
def of_any_unit(request: HttpRequest, contact: Contact) -> HttpResponse:
    return HttpResponse("")


@requires(Action.READ_CONTACT)
def says_that_it_exists(request: HttpRequest, contact_id: uuid.UUID) -> HttpResponse:
    contact = any_contact(request, contact_id)
    try:
        unit_contact(request, contact_id)
    except Exception:
        return HttpResponse(f"{contact.pk} is none of yours", status=404)
    return HttpResponse("")


@requires(Action.READ_OWN_CONTACT)
def writes_before_it_asks(request: HttpRequest, contact_id: uuid.UUID) -> HttpResponse:
    Contact.objects.filter(pk=contact_id).update(language="sv")
    return HttpResponse("", status=404)


@requires(Action.READ_CONTACT, unit_contact)
def in_a_header(request: HttpRequest, contact: Contact) -> HttpResponse:
    return HttpResponse("", headers={"X-About": ",".join(contact.feedback.word for _ in "1" if contact.is_closed)})


@public
def once_a_row(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(len({note.author.language for note in Note.objects.all()})))


class Count(APIView):
    """Notes of everybody, counted and shown to whoever has a role."""

    action_marks: ClassVar[dict[str, str]] = {"GET": "chat.use_desk"}

    def get(self, request: Request) -> Response:
        return Response({"notes": [note.body for note in Note.objects.all()]})


class HalfMarked(APIView):
    action_marks: ClassVar[dict[str, str]] = {"GET": "chat.use_desk"}

    def get(self, request: Request) -> Response:
        return Response({})

    def post(self, request: Request) -> Response:
        return Response({})


@requires(Action.READ_CONTACT, unit_contact)
def about_something_new(request: HttpRequest, contact: Contact) -> JsonResponse:
    return JsonResponse({})


SLOPPY: dict[str, Any] = {
    "sloppy/unmarked/": unmarked,
    "sloppy/tells-all/": tells_all,
    "sloppy/once-a-row/": once_a_row,
    "sloppy/<uuid:contact_id>/of-any-unit/": of_any_unit,
    "sloppy/<uuid:contact_id>/exists/": says_that_it_exists,
    "sloppy/<uuid:contact_id>/writes/": writes_before_it_asks,
    "sloppy/<uuid:contact_id>/header/": in_a_header,
    "api/v1/sloppy/count/": Count.as_view(),
    "api/v1/sloppy/half/": HalfMarked.as_view(),
    "sloppy/<int:thing_id>/": about_something_new,
}
urlpatterns = [*(path(route, view) for route, view in SLOPPY.items()), *own_urlpatterns]
