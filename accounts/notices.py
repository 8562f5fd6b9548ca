"""Where notices go: the address that an identified person has given and proved, and the kinds that staff asked for.

Staff get theirs at the address of their account, which the employer gave them and vouches for.
"""

import datetime as dt
import hmac
import secrets
from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import NoticeAddress, NoticeKind, Person, User
from accounts.selectors import Role, has_role
from accounts.visitors import keyed_hash, person_actor
from audit.codes import AuditCode, AuditGround
from audit.services import record
from core import outbox, sealing
from core.letters import Letter
from core.outbox import Maker, Payload

CODE_LASTS = dt.timedelta(minutes=30)
TRIES = 5
CODE_KIND = "address_code"


def front_address(language: str) -> str:
    """The site's front page, whole, in this language."""
    return settings.PUBLIC_ADDRESS + ("/" if language == settings.LANGUAGE_CODE else f"/{language}/")


# -- an identified person's address --------------------------------------------------------------------


def add_address(*, person: Person, address: str, language: str, now: dt.datetime) -> NoticeAddress:
    """Give an address, instead of an earlier one; a code goes there. `address` has been checked to be one."""
    with transaction.atomic():
        NoticeAddress.objects.filter(person=person).delete()
        row = NoticeAddress.objects.create(person=person, sealed=sealing.seal(address), language=language, added_at=now)
        _recorded(AuditCode.NOTICE_ADDRESS_ADDED, row, now)
        _enqueue_code(row, now)
    return row


def send_code_again(*, person: Person, now: dt.datetime) -> None:
    """Another code to the same address; the one before is worth nothing from then on."""
    with transaction.atomic():
        row = NoticeAddress.objects.select_for_update().filter(person=person, verified_at__isnull=True).first()
        if row is not None:
            row.code_hash, row.code_sent_at = "", None
            row.save(update_fields=["code_hash", "code_sent_at"])
            _enqueue_code(row, now)


def _enqueue_code(row: NoticeAddress, now: dt.datetime) -> None:
    payload = {"address": row.pk}
    outbox.cancel_alike(kind=CODE_KIND, payload=payload, now=now)
    key = f"address-code-{secrets.token_hex(16)}"
    outbox.enqueue(key=key, kind=CODE_KIND, payload=payload, due_at=now, now=now)


def code_letter(payload: Payload, now: dt.datetime) -> Letter | None:
    """The letter with the code, which nobody has known before. None when the address is gone or proved."""
    rows = NoticeAddress.objects.select_for_update().filter(pk=payload["address"], verified_at__isnull=True)
    row = rows.first()
    if row is None:
        return None
    code = f"{secrets.randbelow(10**6):06d}"
    row.code_hash, row.code_sent_at, row.tries = _code_hash(row, code), now, 0
    row.save(update_fields=["code_hash", "code_sent_at", "tries"])
    with translation.override(row.language):
        lines = (
            _("Hei,"),
            _("vahvista osoitteesi tällä koodilla: %(code)s") % {"code": code},
            _("Kirjoita koodi sivulle, jolla annoit osoitteen. Se on voimassa puoli tuntia."),
            _("Jos et pyytänyt koodia, sinun ei tarvitse tehdä mitään. Tähän osoitteeseen ei silloin lähetetä muuta."),
        )
        return Letter(to=sealing.unseal(row.sealed), subject=_("Vahvista osoitteesi"), body="\n\n".join(lines) + "\n")


def enter_code(*, person: Person, code: str, now: dt.datetime) -> bool:
    """The person gives the code back. False for a wrong one, an old one, and after five tries."""
    digits = "".join(sign for sign in code if sign.isdigit() and sign.isascii())
    with transaction.atomic():
        row = NoticeAddress.objects.select_for_update().filter(person=person, verified_at__isnull=True).first()
        if row is None or row.code_sent_at is None or not row.code_hash or now - row.code_sent_at > CODE_LASTS:
            return False
        row.tries += 1
        right = hmac.compare_digest(row.code_hash, _code_hash(row, digits))
        if right:
            row.verified_at, row.code_hash, row.code_sent_at = now, "", None
            _recorded(AuditCode.NOTICE_ADDRESS_VERIFIED, row, now)
        elif row.tries >= TRIES:
            row.code_hash, row.code_sent_at = "", None
        row.save(update_fields=["tries", "verified_at", "code_hash", "code_sent_at"])
    return right


def _code_hash(row: NoticeAddress, code: str) -> str:
    return keyed_hash(f"notice-code:{row.pk}:{code}")


def remove_address(*, row: NoticeAddress, now: dt.datetime) -> None:
    """Nothing goes there from now on, what waits in the outbox included."""
    with transaction.atomic():
        if NoticeAddress.objects.filter(pk=row.pk).delete()[0]:
            _recorded(AuditCode.NOTICE_ADDRESS_REMOVED, row, now)


def refused_code(payload: Payload, now: dt.datetime) -> None:
    NoticeAddress.objects.filter(pk=payload["address"]).update(failing_at=now)


def address_of(person: Person) -> NoticeAddress | None:
    return NoticeAddress.objects.filter(person=person).first()


def in_clear(row: NoticeAddress) -> str:
    """The address, for its owner and for sending. Raises SealBroken."""
    return sealing.unseal(row.sealed)


def stop_token(row: NoticeAddress) -> str:
    """What the link in a letter proves itself by: it ends the notices, and can do nothing else."""
    return f"{row.pk}-{_stop_proof(row)}"


def address_by_token(token: str) -> NoticeAddress | None:
    number, _dash, proof = token.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        return None
    row = NoticeAddress.objects.filter(pk=int(number)).first()
    return row if row is not None and hmac.compare_digest(_stop_proof(row), proof) else None


def _stop_proof(row: NoticeAddress) -> str:
    return keyed_hash(f"notice-stop:{row.pk}:{row.added_at.timestamp()}")[:32]


def stop_link(row: NoticeAddress) -> str:
    with translation.override(row.language):
        return f"{settings.PUBLIC_ADDRESS}{reverse('notices_stop')}?t={stop_token(row)}"


def unproved_addresses(before: dt.datetime) -> QuerySet[NoticeAddress]:
    """Addresses that nobody has proved since."""
    return NoticeAddress.objects.filter(verified_at__isnull=True, added_at__lt=before)


def _recorded(code: AuditCode, row: NoticeAddress, now: dt.datetime) -> None:
    record(
        code=code,
        actor=person_actor(row.person_id),
        object_type="person",
        object_id=row.person_id,
        ground=AuditGround.OWN,
        now=now,
    )


# -- what staff asked for -------------------------------------------------------------------------------


def kinds_for(user: User) -> list[NoticeKind]:
    """The kinds that concern somebody with these roles."""
    by_role = {
        Role.WORKER: (NoticeKind.TURN, NoticeKind.LATE, NoticeKind.CONSULTATION),
        Role.PROFESSIONAL: (NoticeKind.CONSULTATION,),
        Role.SUPERVISOR: (NoticeKind.ALARM,),
        Role.CATALOGUE_ADMIN: (NoticeKind.REVIEW,),
    }
    concerning = {kind for role, kinds in by_role.items() if has_role(user, role) for kind in kinds}
    return [kind for kind in NoticeKind if kind in concerning]


def choose_notices(*, user: User, kinds: Collection[str]) -> None:
    """The kinds that this member of staff wants by e-mail; choosing again also tries a failing address again."""
    chosen = [kind for kind in NoticeKind.values if kind in kinds]
    User.objects.filter(pk=user.pk).update(notice_kinds=chosen, notices_failing_at=None)


def register_letters() -> None:
    outbox.register(CODE_KIND, Maker(code_letter, refused_code))
