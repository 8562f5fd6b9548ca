"""Looking for a text in everything that the platform keeps: every column of every table, Valkey, the logs."""

import os
from pathlib import Path
from typing import Any

import redis
from django.contrib.sessions.models import Session
from django.db import connection


def in_database(text: str) -> set[str]:
    """The tables in which the text stands, in whatever column and spelling of capitals; sessions are unpacked."""
    found = set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        for table in tables:
            cursor.execute(
                f"SELECT EXISTS (SELECT 1 FROM {table} t WHERE position(lower(%s) in lower(t::text)) > 0)", [text]
            )
            if cursor.fetchone()[0]:
                found.add(table.removeprefix("public."))
    if any(text.lower() in str(session.get_decoded()).lower() for session in Session.objects.all()):
        found.add("django_session")
    return found


def in_valkey(text: str) -> set[str]:
    """The keys whose name or value has the text."""
    client = redis.Redis.from_url(os.environ["REDIS_URL"])
    try:
        return {
            key.decode(errors="replace")
            for key in client.scan_iter("*")
            if text.lower() in (key.decode(errors="replace") + _value(client, key)).lower()
        }
    finally:
        client.close()


def _value(client: Any, key: bytes) -> str:
    kind = client.type(key).decode()
    read: dict[str, Any] = {
        "string": lambda: client.get(key),
        "list": lambda: client.lrange(key, 0, -1),
        "set": lambda: client.smembers(key),
        "zset": lambda: client.zrange(key, 0, -1),
        "hash": lambda: client.hgetall(key),
        "stream": lambda: client.xrange(key),
    }
    value = read[kind]() if kind in read else b""
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def in_files(text: str, *files: Path) -> set[str]:
    return {file.name for file in files if file.exists() and text.lower() in file.read_text(errors="replace").lower()}


def postgres_log() -> Path:
    """Of the server that the tests started."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        return Path(cursor.fetchone()[0]).parent / "postgres.log"


def everywhere(text: str, *logs: Path) -> set[str]:
    return in_database(text) | in_valkey(text) | in_files(text, *logs)
