"""Periodic tasks of the chat."""

from celery import shared_task

from chat import upkeep
from core import clock


@shared_task
def keep_chats() -> None:
    """Every ten seconds: chats of vanished workers, silent families, and those who wait behind a closed door."""
    now = clock.now()
    upkeep.return_abandoned_chats(now=now)
    upkeep.attend_to_silence(now=now)
    upkeep.carry_over_after_closing(now=now)
