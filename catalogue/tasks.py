"""Periodic tasks of the catalogue."""

import logging

from celery import shared_task
from django.conf import settings

from catalogue.ptv.nightly import import_nightly
from core import clock
from core.locks import AlreadyRunning

log = logging.getLogger("perhekeskus.import")


@shared_task
def import_ptv() -> None:
    """The national catalogue, every night, where its address is set. A run that somebody started is left to end."""
    if settings.PTV_ADDRESS:
        try:
            import_nightly(address=settings.PTV_ADDRESS, county=settings.PTV_COUNTY, clock=clock.now)
        except AlreadyRunning:
            log.warning("an import is running already")
