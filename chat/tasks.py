"""Periodic tasks of the chat."""

from celery import shared_task

from chat import upkeep
from chat.alarms import keep_alarms
from chat.reconcile import reconcile
from core import clock
from guidance.services import look_for_danger, pool_those_who_wait_long


@shared_task
def keep_chats() -> None:
    """Every ten seconds: words that may tell of danger, chats that wait long, chats of vanished workers, silent
    families, and those who wait behind a closed door."""
    now = clock.now()
    look_for_danger(now=now)
    pool_those_who_wait_long(now=now)
    upkeep.return_abandoned_chats(now=now)
    upkeep.attend_to_silence(now=now)
    upkeep.carry_over_after_closing(now=now)


@shared_task
def raise_alarms() -> None:
    """Every half a minute: what supervisors should know."""
    keep_alarms(now=clock.now())


@shared_task
def mend_states() -> None:
    """Every five minutes: states that should not be, and callbacks that wait for a number which does not come."""
    now = clock.now()
    reconcile(now=now)
    upkeep.close_callbacks_without_a_number(now=now)
