"""Periodic tasks of the record."""

from celery import shared_task

from audit import sealing
from core import clock


@shared_task
def seal_audit() -> None:
    """Every minute: seal what has settled since."""
    sealing.seal_audit(now=clock.now())
