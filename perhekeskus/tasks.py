"""Periodic tasks that put several apps together."""

import logging

from celery import shared_task

from core import clock
from core.locks import AlreadyRunning
from perhekeskus import retention

log = logging.getLogger("perhekeskus.purge")


@shared_task
def purge() -> None:
    """What has passed its time goes; a run that somebody started by hand is left to end."""
    try:
        retention.purge(now=clock.now())
    except AlreadyRunning:
        log.warning("a purge is running already")
