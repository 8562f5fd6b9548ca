"""What each segment is owed: aims, who answers, which plan, how often it is looked at again, and what is a breach."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guidance.models import ResponsibleWorker
from segments.models import Plan, Segment

Role = ResponsibleWorker.Role


class Breach(StrEnum):
    NO_RESPONSIBLE = "no_responsible"  # nobody has accepted to answer, or only in a lighter role than is owed
    REVIEW_OVERDUE = "review_overdue"


@dataclass(frozen=True)
class Duties:
    """`responsible` is the role that is owed, None where nobody is named; `serving` are the roles that will do.
    `mandatory`: to be without, or past the day of the review, is a breach that the supervisor sees."""

    aims: tuple[Promise, ...]
    responsible: Role | None
    serving: tuple[Role, ...]
    mandatory: bool
    plan: Plan.Kind | None
    review_days: int | None


_SYMPTOMS = _("Oireet helpottavat, ja toimintakyky ja hyvinvointi turvataan.")
_OWN_RESOURCES = _("Perheen omat voimavarat ovat käytössä.")
_SAFETY = _("Lapsella on ihmisiä ja paikkoja, joissa hänen on turvallista olla.")
_RESOURCES_GROW = _("Perheen voimavarat palautuvat ja kasvavat.")
_PARENTING = _("Vanhemmuus saa tukea.")
_TREATMENT = _("Mielenterveyden häiriö ehkäistään tai hoidetaan, ja toimintakyky palautuu.")

DUTIES = {
    Segment.UNIVERSAL: Duties(
        aims=(
            _("Lapsi voi hyvin ja kehittyy terveesti, ja arjen valinnat tukevat terveyttä."),
            _("Kasvatus ja perheen vuorovaikutus vahvistuvat, ja lapsi itsenäistyy omaan tahtiinsa."),
            _("Oppiminen sujuu, ja kiusaamista ja syrjäytymistä ehkäistään."),
        ),
        responsible=None,
        serving=(),
        mandatory=False,
        plan=None,
        review_days=None,
    ),
    Segment.OMATOIMI: Duties(
        aims=(_SYMPTOMS, _OWN_RESOURCES),
        responsible=None,
        serving=(),
        mandatory=False,
        plan=Plan.Kind.CHECKLIST,
        review_days=None,
    ),
    Segment.YHTEISO: Duties(
        aims=(_SYMPTOMS, _SAFETY, _RESOURCES_GROW, _PARENTING),
        responsible=Role.CONTACT_PERSON,
        serving=(Role.CONTACT_PERSON, Role.RESPONSIBLE, Role.COORDINATOR),
        mandatory=False,
        plan=Plan.Kind.LIGHT,
        review_days=180,
    ),
    Segment.YHTEISTYO: Duties(
        aims=(_TREATMENT, _SAFETY, _OWN_RESOURCES),
        responsible=Role.RESPONSIBLE,
        serving=(Role.RESPONSIBLE, Role.COORDINATOR),
        mandatory=True,
        plan=Plan.Kind.WRITTEN,
        review_days=90,
    ),
    Segment.VERKOSTO: Duties(
        aims=(_SAFETY, _TREATMENT, _RESOURCES_GROW, _PARENTING),
        responsible=Role.COORDINATOR,
        serving=(Role.COORDINATOR,),
        mandatory=True,
        plan=Plan.Kind.SHARED,
        review_days=60,
    ),
}
MANDATORY = tuple(segment for segment, duties in DUTIES.items() if duties.mandatory)


def duties_of(segment: str) -> Duties:
    return DUTIES[Segment(segment)]


def latest_review(segment: str, decided_on: dt.date) -> dt.date | None:
    """The last day on which the segment must have been looked at again; None where it need not be."""
    days = duties_of(segment).review_days
    return None if days is None else decided_on + dt.timedelta(days=days)


def breaches(
    segment: str, *, accepted_roles: Iterable[str], next_review_on: dt.date | None, today: dt.date
) -> tuple[Breach, ...]:
    """What is wrong today. The day of the review itself is still in time."""
    duties = duties_of(segment)
    if not duties.mandatory:
        return ()
    found = []
    if not set(accepted_roles) & set(duties.serving):
        found.append(Breach.NO_RESPONSIBLE)
    if next_review_on is not None and next_review_on < today:
        found.append(Breach.REVIEW_OVERDUE)
    return tuple(found)
