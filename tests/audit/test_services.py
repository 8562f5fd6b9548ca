"""The record of who did and saw what: inside the act's transaction, never changed, never removed."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from audit.codes import AuditCode
from audit.models import AuditEvent
from audit.services import SYSTEM, AuditActor, NotInTransaction, record
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db


def write() -> AuditEvent:
    return record(code=AuditCode.CONTACT_OPENED, actor=SYSTEM, object_type="contact", object_id="x", now=NOW)


def test_a_record_is_kept_as_it_was_written() -> None:
    event = write()
    assert (event.code, event.actor_kind, event.actor_id, event.at) == ("guidance.contact.opened", "system", None, NOW)


@pytest.mark.parametrize("statement", ["UPDATE audit_auditevent SET at = now()", "DELETE FROM audit_auditevent"])
def test_a_record_can_be_neither_changed_nor_removed(statement: str) -> None:
    write()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEvent.objects.count() == 1


def test_the_whole_record_cannot_be_emptied() -> None:
    write()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE audit_auditevent")


def test_no_act_no_record() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        write()
        raise RuntimeError
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_record_outside_a_transaction_is_refused() -> None:
    with pytest.raises(NotInTransaction):
        write()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    "values",
    [
        {"code": "guidance.contact.sold"},
        {"actor_kind": "staff", "actor_id": None},
        {"actor_kind": "system", "actor_id": 1},
        {"actor_kind": "ghost", "actor_id": 1},
    ],
)
def test_a_record_of_an_unknown_act_or_of_nobody_cannot_be_stored(cast: Cast, values: dict[str, object]) -> None:
    row = {"code": "guidance.contact.opened", "actor_kind": "staff", "actor_id": 1, "at": NOW} | values
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEvent.objects.create(object_type="contact", object_id="x", **row)


def test_a_record_outlives_what_it_tells_of(cast: Cast) -> None:
    actor = AuditActor(AuditEvent.Actor.STAFF, 999_999, 999_999)
    record(code=AuditCode.CONTACT_TAKEN, actor=actor, object_type="contact", object_id="gone",
           now=NOW + dt.timedelta(1), relationship_id=999_999)  # fmt: skip
    connection.check_constraints()
