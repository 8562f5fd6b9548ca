"""Who asks for the own page's things."""

from django.http import Http404, HttpRequest

from accounts.models import Person
from accounts.persons import person_of
from accounts.visitors import visitor_key_of
from core import clock


def identified(request: HttpRequest) -> Person:
    """The person that this device speaks for; raises Http404 without one."""
    person = person_of(visitor_key_of(request), clock.now())
    if person is None:
        raise Http404
    return person
