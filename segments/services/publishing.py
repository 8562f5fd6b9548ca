"""A version of an instrument is taken into use."""

import datetime as dt

from django.db import connection, transaction

from audit.codes import AuditCode, AuditGround
from audit.services import AuditActor, record
from segments.errors import VersionTaken
from segments.instruments import Pack
from segments.models import InstrumentVersion

# Any number of our own: two starts at once publish one after the other.
_LOCK = 0x7365676D


def publish_instrument(*, pack: Pack, actor: AuditActor, now: dt.datetime) -> InstrumentVersion:
    """Keep the pack as a version and retire the earlier ones; assessments that have begun go on by theirs.

    Publishing the same content again changes nothing. Raises VersionTaken for another content under a number that is
    published already, and for a number below the newest.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        versions = InstrumentVersion.objects.filter(slug=pack.slug)
        there = versions.filter(number=pack.number).first()
        if there is not None:
            if there.digest != pack.digest:
                raise VersionTaken(f"{there} is published with another content: give the changed pack the next number")
            return there
        newest = versions.order_by("-number").first()
        if newest is not None and newest.number > pack.number:
            raise VersionTaken(f"{newest} is published already: give the pack a higher number")
        versions.filter(retired_at__isnull=True).update(retired_at=now)
        version = InstrumentVersion.objects.create(
            slug=pack.slug,
            number=pack.number,
            content=dict(pack.content),
            digest=pack.digest,
            licence=pack.licence,
            source=pack.source,
            published_at=now,
        )
        record(
            code=AuditCode.INSTRUMENT_PUBLISHED,
            actor=actor,
            object_type="instrument",
            object_id=version.pk,
            ground=AuditGround.PLATFORM,
            now=now,
            data={"instrument": version.slug, "number": version.number, "digest": version.digest},
        )
    return version
