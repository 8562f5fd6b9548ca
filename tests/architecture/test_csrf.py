"""No other site sends anything in somebody's name: every address that takes a form or JSON wants the page's token."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client

from core.addresses import routes
from tests.cast import Cast, Visitor, open_chat, sign_in, take

pytestmark = pytest.mark.django_db
METHODS = ("post", "put", "patch", "delete")
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>|\(\?P<\w+>[^)]*\)")
FILLED = {"slug": "mika-vain", "int": "1"}


def addresses(contact_id: str) -> Iterator[str]:
    for route, _view in routes():
        filled = PARAMETER.sub(
            lambda found: contact_id if found[2] == "contact_id" else FILLED.get(found[1] or "", "x"), route
        )
        yield "/" + re.sub(r"[\^$]|\\Z|\.\*|\(\.\*\)", "", filled)


def is_refused(answer: Any) -> bool:
    """Refused as forged (403), or a method or an address that there is not, so that nothing was asked of it."""
    return answer.status_code in (403, 404, 405)


def let_through(client: Client, contact_id: str) -> list[str]:
    return [
        f"{method} {address} {answer.status_code}"
        for address in addresses(contact_id)
        for method in METHODS
        if not is_refused(answer := getattr(client, method)(address, **body_of(address)))
    ]


def body_of(address: str) -> dict[str, Any]:
    if address.startswith("/api/"):
        return {"data": {"body": "Väärennös"}, "content_type": "application/json"}
    return {"data": "body=x&sure=yes&reason=x", "content_type": "application/x-www-form-urlencoded"}


def strict(cookie: str, value: str) -> Client:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.cookies[cookie] = value
    return client


def refuse(_request: HttpRequest, reason: str = "") -> HttpResponse:
    return HttpResponse(reason, status=403)


@pytest.mark.parametrize("who", ["visitor", "worker", "supervisor", "administrator"])
def test_nothing_is_done_without_the_token(cast: Cast, visitor: Visitor, who: str, settings: Any) -> None:
    settings.CSRF_FAILURE_VIEW = f"{__name__}.refuse"  # a thousand refusals, of which no page is looked at
    contact = take(open_chat(visitor), cast.worker)
    if who == "visitor":
        client = strict(settings.VISITOR_COOKIE_NAME, visitor.secret)
    elif who == "administrator":
        cast.supervisor.is_staff = cast.supervisor.is_superuser = True
        cast.supervisor.save()
        client = strict(settings.SESSION_COOKIE_NAME, sign_in(cast.supervisor, fresh=True))
    else:
        client = strict(settings.SESSION_COOKIE_NAME, sign_in(getattr(cast, who), fresh=True))
    assert let_through(client, str(contact.pk)) == []


def test_the_walk_meets_every_form(cast: Cast, visitor: Visitor) -> None:
    """As the same worker with the token the same walk is let through at many addresses: it is the token that counts."""
    contact = take(open_chat(visitor), cast.worker)
    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = sign_in(cast.worker, fresh=True)
    client.cookies[settings.VISITOR_COOKIE_NAME] = visitor.secret
    served = let_through(client, str(contact.pk))
    assert len(served) > 40, served
