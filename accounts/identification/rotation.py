"""New keys for persons: by batches, so that nobody waits, and so that a stop in the middle loses nothing."""

import datetime as dt
from dataclasses import dataclass
from itertools import chain

from django.db import transaction

from accounts.identification import vault
from accounts.models import NoticeAddress, Person
from audit.codes import AuditCode, AuditGround
from audit.services import SYSTEM, record
from core import sealing


@dataclass(frozen=True)
class Behind:
    persons: int
    hashes: int  # of an older generation
    seals: int  # not by the newest key


@dataclass(frozen=True)
class Batch:
    seen: int
    changed: int
    last: int  # the id to go on after


def persons_behind() -> Behind:
    """What a rotation would change. Raises SealBroken."""
    codes = Person.objects.exclude(code_sealed="").values_list("code_sealed", flat=True)
    addresses = NoticeAddress.objects.values_list("sealed", flat=True)
    return Behind(
        persons=Person.objects.count(),
        hashes=Person.objects.filter(hash_generation__lt=vault.generations()).count(),
        seals=sum(sealing.resealed(value) != value for value in chain(codes.iterator(), addresses.iterator())),
    )


def rotate_batch(*, after: int, size: int, now: dt.datetime) -> Batch:
    """Renew the next `size` persons by id, in one transaction, and tell the audit how many. Raises SealBroken."""
    newest = vault.generations()
    with transaction.atomic():
        persons = list(Person.objects.select_for_update().filter(pk__gt=after).order_by("pk")[:size])
        changed = []
        for person in persons:
            sealed = sealing.resealed(person.code_sealed) if person.code_sealed else ""
            if person.hash_generation == newest and sealed == person.code_sealed:
                continue
            person.subject_hash = vault.advanced(person.subject_hash, person.hash_generation)
            person.hash_generation, person.code_sealed = newest, sealed
            changed.append(person)
        for address in NoticeAddress.objects.select_for_update().filter(person__in=persons):
            address.sealed = sealing.resealed(address.sealed)
            address.save(update_fields=["sealed"])
        Person.objects.bulk_update(changed, ["subject_hash", "hash_generation", "code_sealed"])
        if changed:
            record(
                code=AuditCode.IDENTITY_KEYS_ROTATED,
                actor=SYSTEM,
                object_type="person",
                object_id=f"{changed[0].pk}-{changed[-1].pk}",
                now=now,
                ground=AuditGround.PLATFORM,
                data={"persons": len(changed), "generation": newest},
            )
    return Batch(len(persons), len(changed), persons[-1].pk if persons else after)
