"""Periodic tasks of the platform itself."""

from celery import shared_task
from django.contrib.sessions.models import Session

from core import clock, outbox
from core.models import Heartbeat

WORKER = "worker"


@shared_task
def send_outbox() -> None:
    outbox.send_due(now=clock.now())


@shared_task
def give_heartbeat() -> None:
    """The worker lives, and beat too, since it was beat that asked for this."""
    now = clock.now()
    Heartbeat.objects.update_or_create(name=WORKER, defaults={"at": now})


@shared_task
def clear_expired_sessions() -> None:
    Session.objects.filter(expire_date__lt=clock.now()).delete()
