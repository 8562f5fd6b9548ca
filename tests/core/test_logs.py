"""A log tells places and kinds, and never the words of an error or where somebody came from."""

import io
import logging
import logging.config
import runpy
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from core.logs import PrivateFormatter

ROOT = Path(__file__).resolve().parents[2]
SECRET = "Kotona on pelottavaa"


def logged(message: str, *args: object, error: BaseException | None = None) -> str:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("site", logging.ERROR, __file__, 1, message, args, info)
    return PrivateFormatter().format(record)


def caught(error: BaseException) -> BaseException:
    try:
        raise error
    except BaseException as found:
        return found


def test_an_error_is_its_kind_and_its_place() -> None:
    try:
        try:
            raise ValueError(SECRET)
        except ValueError as inner:
            raise RuntimeError(f"while: {SECRET}") from inner
    except RuntimeError as error:
        text = logged("Internal Server Error: %s", "/chat/", error=error)
    assert SECRET not in text and "/chat/" in text
    assert "RuntimeError" in text and "ValueError" in text and "test_logs.py" in text


def test_an_errors_words_inside_a_message_go_too() -> None:
    """As Celery writes a failed task, and asyncio a failed future."""
    error = caught(ValueError(SECRET))
    text = logged("Task %s raised unexpected: %r", "keep_chats", error, error=error)
    assert SECRET not in text and "keep_chats" in text
    inner = caught(KeyError(SECRET))
    outer = caught(RuntimeError("x"))
    outer.__cause__ = inner
    assert SECRET not in logged(f"future: {inner!r}", error=outer)


@pytest.mark.django_db
def test_a_refused_row_is_not_in_the_log(db: None) -> None:
    """The control: PostgreSQL itself tells the row, with what is in it."""
    with pytest.raises(IntegrityError) as found, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO guidance_accessibilityfeedback"
            " (text, page, reply_to, language, nonce, made_at, due_on, answer)"
            " VALUES (%s, '', '', 'fi', gen_random_uuid(), now(), null, '')",
            [SECRET],
        )
    assert SECRET in str(found.value)
    assert SECRET not in logged("Internal Server Error", error=found.value)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Invalid request from ip=203.0.113.77: x", "Invalid request from ip=[address]: x"),
        ("('203.0.113.77', 4711) - accepted", "('[address]', 4711) - accepted"),
        ("203.0.113.77:4711 gone", "[address]:4711 gone"),
        ("from 2001:db8::1 to us", "from [address] to us"),
        ("[2001:db8::1]:80", "[[address]]:80"),
        ("listening on 127.0.0.1:8000", "listening on 127.0.0.1:8000"),
        ("at 15:45:24,123 of 2026-11-23", "at 15:45:24,123 of 2026-11-23"),
        ("Django 5.2.19 of a::b", "Django 5.2.19 of [address]"),
        ("/contacts/5f0c4f0e-6f0a-4b0e-9a57-6a3d3d9c2b11/", "/contacts/5f0c4f0e-6f0a-4b0e-9a57-6a3d3d9c2b11/"),
    ],
)
def test_addresses_are_taken_out(line: str, told: str) -> None:
    assert logged(line).endswith(told)


def _says(config: dict[str, object], logger: str) -> str:
    """What a process with this configuration writes when that logger reports an error."""
    logging.config.dictConfig(config)
    out = io.StringIO()
    for handler in _handlers_of(logging.getLogger(logger)):
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(out)
    logging.getLogger(logger).error("from 203.0.113.77", exc_info=caught(ValueError(SECRET)))
    return out.getvalue()


def _handlers_of(logger: logging.Logger | None) -> list[logging.Handler]:
    found: list[logging.Handler] = []
    while logger is not None:
        found += logger.handlers
        logger = logger.parent if logger.propagate else None
    return found


@pytest.mark.parametrize("logger", ["django.request", "uvicorn.error", "celery.app.trace", "asyncio", "perhekeskus.x"])
def test_every_process_of_the_site_logs_so(logger: str) -> None:
    text = _says(settings.LOGGING, logger)
    assert "[address]" in text and SECRET not in text and "203.0.113.77" not in text
    logging.config.dictConfig(settings.LOGGING)


def test_gunicorn_logs_so_too() -> None:
    config = runpy.run_path(str(ROOT / "deploy" / "gunicorn.conf.py"))
    assert config["accesslog"] is None
    try:
        text = _says(config["logconfig_dict"], "gunicorn.error")
        assert "[address]" in text and SECRET not in text
        assert _handlers_of(logging.getLogger("gunicorn.access")) == []
    finally:
        logging.config.dictConfig(settings.LOGGING)


def test_nothing_mails_a_faulty_request() -> None:
    logging.config.dictConfig(settings.LOGGING)
    kinds = {type(handler).__name__ for handler in _handlers_of(logging.getLogger("django.request"))}
    assert kinds <= {"StreamHandler", "LogCaptureHandler", "_LiveLoggingNullHandler", "_FileHandler", "CaptureHandler"}
    assert "AdminEmailHandler" not in kinds


def test_the_servers_around_are_told_to_keep_quiet() -> None:
    compose, caddy = (ROOT / "docker-compose.yml").read_text(), (ROOT / "deploy" / "Caddyfile").read_text()
    assert "log_error_verbosity=terse" in compose and "log_min_error_statement=panic" in compose
    assert "request delete" in caddy


@pytest.mark.django_db
def test_the_embedded_server_is_quiet_too() -> None:
    with connection.cursor() as cursor:
        for name, wanted in (("log_error_verbosity", "terse"), ("log_min_error_statement", "panic")):
            cursor.execute(f"SHOW {name}")
            assert cursor.fetchone() == (wanted,)
