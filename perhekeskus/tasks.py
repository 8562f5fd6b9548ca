"""Periodic tasks that put several apps together."""

import logging

from celery import shared_task

from chat.notices import gather_alarm_notices
from core import clock
from core.locks import AlreadyRunning
from guidance.notices import gather_notices as gather
from perhekeskus import retention
from perhekeskus.review_notices import gather_review_notices as gather_reviews

log = logging.getLogger("perhekeskus.purge")


@shared_task
def purge() -> None:
    """What has passed its time goes; a run that somebody started by hand is left to end."""
    try:
        retention.purge(now=clock.now())
    except AlreadyRunning:
        log.warning("a purge is running already")


@shared_task
def gather_notices() -> None:
    """Letters for whatever has waited unread; the outbox sends them."""
    now = clock.now()
    gather(now=now)
    gather_alarm_notices(now=now)


@shared_task
def gather_review_notices() -> None:
    """Letters to those who keep the catalogue, when it should be looked over again."""
    gather_reviews(now=clock.now())
