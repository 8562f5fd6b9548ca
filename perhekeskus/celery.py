"""The Celery application: tasks of every app, on the schedule of perhekeskus/schedule.py."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready

from perhekeskus.schedule import HEARTBEAT, SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perhekeskus.settings")

app = Celery("perhekeskus")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = SCHEDULE


@worker_ready.connect
def show_life(**kwargs: Any) -> None:
    """A worker that has just started says so at once, and `/readyz` need not wait for the first round of the clock."""
    app.send_task(HEARTBEAT)
