"""What waits for a catalogue admin: each count is the length of the list that it opens."""

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.missing import lacks
from catalogue.models import ImportRun, LocalEdit, MissedSearch, Service
from core.opening_hours import HELSINKI, local_date


@dataclass(frozen=True)
class Waiting:
    count: int
    what: str
    address: str


def waiting_for_admins(now: dt.datetime) -> list[Waiting]:
    """In the order of weight; those with nothing waiting too, so that the page stays where it was."""
    services = reverse("admin:catalogue_service_changelist")
    due = Service.objects.due_for_review(local_date(now)).count()
    swedish, english = (Service.objects.filter(lacks(code)).count() for code in ("sv", "en"))
    conflicts = LocalEdit.objects.filter(conflict_since__isnull=False).count()
    missed = MissedSearch.objects.filter(handled=False).count()
    return [
        Waiting(
            due,
            ngettext("palvelu odottaa tarkistusta", "palvelua odottaa tarkistusta", due),
            f"{services}?review=due",
        ),
        Waiting(
            conflicts,
            ngettext("tieto, jonka lähde on muuttunut", "tietoa, joiden lähde on muuttunut", conflicts),
            f"{reverse('admin:catalogue_localedit_changelist')}?conflict=yes",
        ),
        Waiting(
            missed,
            ngettext("haku, joka ei löytänyt mitään", "hakua, jotka eivät löytäneet mitään", missed),
            f"{reverse('admin:catalogue_missedsearch_changelist')}?handled__exact=0",
        ),
        Waiting(
            swedish,
            ngettext("palvelulta puuttuu ruotsia", "palvelulta puuttuu ruotsia", swedish),
            f"{services}?missing=sv",
        ),
        Waiting(
            english,
            ngettext("palvelulta puuttuu englantia", "palvelulta puuttuu englantia", english),
            f"{services}?missing=en",
        ),
    ]


def last_import() -> tuple[str, str] | None:
    """How the last import went, and the address of its report; None when there has been none."""
    run = ImportRun.objects.first()
    if run is None:
        return None
    when = date_format(run.started_at.astimezone(HELSINKI), "SHORT_DATETIME_FORMAT")
    said = _("Viimeisin tuonti: %(when)s, %(state)s") % {"when": when, "state": run.get_state_display()}
    return said, reverse("admin:catalogue_importrun_change", args=[run.pk])
