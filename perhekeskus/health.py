"""Is the process alive, and is everything that it needs there?"""

import datetime as dt

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from core import clock, realtime
from core.models import Heartbeat
from core.permissions import public
from core.problems import problem_json
from core.tasks import WORKER

WORKER_SILENT_AFTER = dt.timedelta(seconds=60)


@public
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@public
def readyz(request: HttpRequest) -> JsonResponse:
    """200 with "ok" for each part, or 503 with what is wrong in words."""
    found = {"database": _database(), "redis": _redis()}
    answers = found["database"] == "ok"
    found["worker"] = _worker() if answers else "unknown: the database does not answer"
    found["migrations"] = _migrations() if answers else "unknown: the database does not answer"
    return JsonResponse(found, status=200 if set(found.values()) == {"ok"} else 503)


@public
def no_such_call(request: HttpRequest) -> JsonResponse:
    """Whatever else is asked below /api/."""
    return problem_json(404, "not_found", _("Tätä ei löydy."))


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return "does not answer"
    return "ok"


def _redis() -> str:
    return "ok" if realtime.valkey_answers() else "does not answer"


def _worker() -> str:
    beat = Heartbeat.objects.filter(name=WORKER).first()
    if beat is None:
        return "has given no sign of life yet"
    silent = clock.now() - beat.at
    return "ok" if silent < WORKER_SILENT_AFTER else f"silent for {int(silent.total_seconds())} s"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return "ok" if not missing else f"{len(missing)} not applied"
