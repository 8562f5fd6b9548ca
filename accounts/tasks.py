"""Periodic tasks of accounts."""

from celery import shared_task

from accounts import persons
from core import clock


@shared_task
def expire_identifications() -> None:
    persons.expire_identifications(now=clock.now())
