"""The Celery application: tasks of every app, on the schedule of perhekeskus/schedule.py."""

import os
from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_ready
from django.conf import settings

from perhekeskus.schedule import HEARTBEAT, SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perhekeskus.settings")

app = Celery("perhekeskus")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = SCHEDULE


@setup_logging.connect
def log_as_the_site_does(**kwargs: Any) -> None:
    """Else Celery would add handlers of its own, which print what a failed task was about."""
    dictConfig(settings.LOGGING)


@worker_ready.connect
def show_life(**kwargs: Any) -> None:
    """A worker that has just started says so at once, and `/readyz` need not wait for the first round of the clock."""
    app.send_task(HEARTBEAT)
