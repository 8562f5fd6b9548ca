"""One at a time over all processes, by locks of PostgreSQL that end with the connection: nothing stays locked."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from django.db import connection


class AlreadyRunning(Exception):
    """Another process is at it right now."""


@contextmanager
def only_one(name: str) -> Iterator[None]:
    """Raises AlreadyRunning when somebody else holds the name."""
    number = int.from_bytes(sha256(f"perhekeskus:{name}".encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        if not cursor.fetchone()[0]:
            raise AlreadyRunning(name)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [number])
