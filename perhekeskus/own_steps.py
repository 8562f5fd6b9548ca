"""What comes next for an identified family, over everything that it has here: its own turn first, then the others'."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from guidance.models import Contact
from perhekeskus.templatetags.me import opened_in_words, state_in_words
from perhekeskus.templatetags.own_assessments import assessment_standing
from perhekeskus.templatetags.own_referrals import called, standing
from referrals.own import OwnReferral, Word
from referrals.transitions import Turn
from segments.models import Assessment


@dataclass(frozen=True)
class NextStep:
    """`is_mine`: the family has something to do, or to answer. `act` is the words of the way there."""

    is_mine: bool
    words: str
    address: str
    act: str


def next_steps(
    contacts: Iterable[Contact], referrals: Iterable[OwnReferral], assessments: Iterable[Assessment]
) -> list[NextStep]:
    """`contacts` newest first. Questions that wait for the family, what it may go on with, what others have in hand,
    and what was agreed when the newest conversation ended."""
    asked, others = [], []
    for own in referrals:
        if own.turn == Turn.FAMILY or own.word == Word.ASKED:
            asked.append(_consent(own))
        elif own.turn != Turn.NOBODY:
            others.append(_referral(own))
    for assessment in assessments:
        if assessment.state == Assessment.State.OPEN:
            (others if assessment.client_answers else asked).append(_assessment(assessment))
    listed = list(contacts)
    going_on = [contact for contact in listed if not contact.is_closed and contact.left_at is None]
    mine = [_contact(contact) for contact in going_on if _waits_for_family(contact)]
    theirs = [_contact(contact) for contact in going_on if not _waits_for_family(contact)]
    return [*asked, *mine, *_agreed(listed), *theirs, *others]


def _consent(own: OwnReferral) -> NextStep:
    words = _("%(sender)s ehdottaa sinulle palvelua ja kysyy lupaasi: %(what)s.")
    named = {"sender": own.row.made_by.first_name, "what": called(own)}
    return NextStep(True, words % named, _page(own), _("Lue ja vastaa"))


def _assessment(assessment: Assessment) -> NextStep:
    is_mine = assessment.client_answers is None
    address = reverse("me_assessment", args=[assessment.pk])
    words = assessment_standing(assessment)
    return NextStep(is_mine, words, address, _("Vastaa kysymyksiin") if is_mine else _("Katso vastauksesi"))


def _referral(own: OwnReferral) -> NextStep:
    return NextStep(False, f"{called(own)}: {standing(own)}", _page(own), _("Katso ohjaus"))


def _page(own: OwnReferral) -> str:
    return reverse("me_referral", args=[own.row.pk])


def _waits_for_family(contact: Contact) -> bool:
    return contact.state == Contact.State.OPEN and contact.turn == Contact.Turn.CLIENT


def _contact(contact: Contact) -> NextStep:
    words = state_in_words(contact)
    if not _waits_for_family(contact):
        words = f"{opened_in_words(contact)}: {words}"
    return NextStep(_waits_for_family(contact), words, _thread(contact), _("Avaa keskustelu"))


def _agreed(contacts: list[Contact]) -> list[NextStep]:
    """What the newest conversation ended in, unless the family has written since."""
    newest = contacts[0] if contacts else None
    if newest is None or not newest.is_closed or not newest.next_step:
        return []
    is_mine = newest.next_step_owner == Contact.NextStepOwner.FAMILY
    words = _("Sovittu: %(step)s") % {"step": newest.next_step}
    return [NextStep(is_mine, words, _thread(newest), _("Katso, mitä sovittiin"))]


def _thread(contact: Contact) -> str:
    return reverse("contact", args=[contact.pk])
