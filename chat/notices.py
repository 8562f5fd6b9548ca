"""Notices of alarms, for supervisors who asked: that something at the desk wants them, and nothing of what."""

import datetime as dt

from accounts.models import Membership, NoticeKind, User
from accounts.selectors import Role
from chat.models import Alarm
from core import outbox
from core.outbox import Made, Maker, Payload
from guidance.notices import NEWS, decide, delay, letter_to, staff_event, staff_refused, wants

KIND = "alarm_notice"


def gather_alarm_notices(*, now: dt.datetime) -> None:
    """Alarms that go on and that nobody has seen: a letter for each supervisor of the unit who asked."""
    lasting = Alarm.objects.filter(ended_at__isnull=True, seen_at__isnull=True, raised_at__gt=now - NEWS)
    for alarm in lasting.filter(raised_at__lte=now - delay()):
        supervisors = Membership.objects.filter(unit=alarm.unit_id, role=Role.SUPERVISOR, ended_at__isnull=True)
        for user in User.objects.filter(wants(NoticeKind.ALARM), pk__in=supervisors.values("user")):
            decide(staff_event(NoticeKind.ALARM, user.pk, alarm.unit_id, name=KIND, alarm=alarm.pk), now)


def alarm_letter(payload: Payload, now: dt.datetime) -> Made:
    lasting = Alarm.objects.filter(pk=payload["alarm"], ended_at__isnull=True, seen_at__isnull=True)
    return letter_to(payload, now) if lasting.exists() else None


def register_letters() -> None:
    outbox.register(KIND, Maker(alarm_letter, staff_refused))
