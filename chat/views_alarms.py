"""A supervisor's page of what they should know now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.selectors import signed_in
from chat.alarms import alarm_of, alarms_of, see_alarm, to_see
from chat.desk_page import bar_context
from chat.models import Alarm
from chat.permissions import Action
from chat.reconcile import mend_in_words
from core import clock
from core.permissions import requires

SHOWN = 100


def unit_alarm(request: HttpRequest, alarm_id: int) -> Alarm:
    return alarm_of(signed_in(request), alarm_id, clock.now())


@require_GET
@requires(Action.READ_ALARMS)
def desk_alarms(request: HttpRequest) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    alarms = list(alarms_of(user, now)[:SHOWN])
    wanting = set(to_see(alarms_of(user, now)).values_list("pk", flat=True))
    for alarm in alarms:
        alarm.words = mend_in_words(alarm.detail)  # type: ignore[attr-defined]
    context = {
        "now_on": [alarm for alarm in alarms if alarm.ended_at is None or alarm.pk in wanting],
        "before": [alarm for alarm in alarms if alarm.ended_at is not None and alarm.pk not in wanting],
    }
    return render(request, "desk/alarms.html", bar_context(user, now) | context)


@require_POST
@requires(Action.SEE_ALARM, unit_alarm)
def desk_alarm_seen(request: HttpRequest, alarm: Alarm) -> HttpResponse:
    see_alarm(alarm=alarm, user=signed_in(request), now=clock.now())
    return redirect("desk_alarms")
