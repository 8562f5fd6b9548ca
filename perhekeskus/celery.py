"""The Celery application: tasks of every app, on the schedule of perhekeskus/schedule.py."""

import os

from celery import Celery

from perhekeskus.schedule import SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perhekeskus.settings")

app = Celery("perhekeskus")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = SCHEDULE
