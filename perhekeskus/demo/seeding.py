"""The whole demo in one transaction: all of it is there, or none."""

import datetime as dt

from django.db import connection, transaction

from accounts.models import Unit
from catalogue.models import LifeSituation
from core.opening_hours import local_date
from guidance.models import Contact
from perhekeskus.demo.calls import write_calls
from perhekeskus.demo.cast import ensure_cast
from perhekeskus.demo.consultations import write_consultations
from perhekeskus.demo.history import write_history
from perhekeskus.demo.reference import load_reference_data
from perhekeskus.demo.referrals import write_referrals
from perhekeskus.demo.turned_away import write_turned_away

# Any number of our own: two starts at once seed one after the other.
_LOCK = 0x7065726865


@transaction.atomic
def seed(*, now: dt.datetime) -> bool:
    """Make what is missing: the cast, the content of an empty catalogue, the history of an empty platform.

    What is there stays as people have left it. True when anything was made.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    made = ensure_cast()
    if not LifeSituation.objects.exists():
        load_reference_data(local_date(now), list(Unit.objects.all()))
        made = True
        if not Contact.objects.exists():
            write_history(now)
            write_turned_away(now)
            write_consultations(now)
            write_calls(now)
            write_referrals(now)
    return made
