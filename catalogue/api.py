"""The catalogue over HTTP: the search, and one service. Public, and the same for everybody."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue import serializers as s
from catalogue.asked import LAST_PAGE, OLDEST, Asked, read_asked
from catalogue.results import PAGE_SIZE, find
from catalogue.selectors import service_for_api
from core import clock
from core.api import LocalizedAPIView
from core.problems import Problem
from core.schema import ProblemShape
from core.translations import LANGUAGES

HEADERS = {"Cache-Control": "public, max-age=60", "Vary": "Accept-Language"}
LANG = OpenApiParameter("lang", str, description="The language of the words and of the answer", enum=LANGUAGES)


class ServicesView(LocalizedAPIView):
    """Published services that answer to the words, best first; without words all that the limits let through."""

    action_marks: ClassVar[dict[str, str]] = {"GET": "public"}

    @extend_schema(
        operation_id="services",
        parameters=[
            OpenApiParameter("q", str, description="Words as the reader writes them"),
            LANG,
            OpenApiParameter("municipality", str, description="Code of a municipality: its own services, its county's"),
            OpenApiParameter("age", int, description=f"Age of a child, 0–{OLDEST}"),
            OpenApiParameter("language", str, description="A language that the service is given in, such as ar"),
            OpenApiParameter("open_now", bool, description="1: somebody answers at this moment"),
            OpenApiParameter("situation", str, description="A life situation by its name in addresses"),
            OpenApiParameter("free", bool, description="1: free of charge"),
            OpenApiParameter("page", int, description=f"From 1; {PAGE_SIZE} services a page"),
        ],
        responses={200: s.ServicesShape, 400: ProblemShape},
    )
    def get(self, request: Request) -> Response:
        asked = read_asked(request._request.GET)
        _refuse_nonsense(request, asked)
        found = find(asked, clock.now())
        pages = max(1, -(-found.total // PAGE_SIZE))
        body = {
            "count": found.total,
            "page": min(asked.page, pages),
            "pages": pages,
            "corrected": found.corrected,
            "results": s.lines_of(found),
        }
        return Response(body, headers=HEADERS)


class ServiceView(LocalizedAPIView):
    """One service by its id; a paused one says so."""

    action_marks: ClassVar[dict[str, str]] = {"GET": "public"}

    @extend_schema(operation_id="service", parameters=[LANG], responses={200: s.ServiceShape, 404: ProblemShape})
    def get(self, request: Request, slug: str) -> Response:
        return Response(s.service_as_json(service_for_api(slug), now=clock.now()), headers=HEADERS)


def _refuse_nonsense(request: Request, asked: Asked) -> None:
    """A page leaves out a limit that makes no sense; a program is told which one it was."""
    told: dict[str, Any] = {
        "municipality": asked.municipality,
        "age": asked.age,
        "language": asked.language or None,
        "situation": asked.situation,
    }
    given = request.query_params
    wrong = [name for name, value in told.items() if given.get(name) and value is None]
    wrong += [name for name in ("open_now", "free") if given.get(name) not in (None, "", "0", "1")]
    page = given.get("page", "1")
    if not (page.isascii() and page.isdigit() and len(page) < 6 and 1 <= int(page) <= LAST_PAGE):
        wrong.append("page")
    if wrong:
        raise Problem(400, "invalid", _("Rajaus ei kelpaa: %(name)s") % {"name": wrong[0]}, field=wrong[0])
