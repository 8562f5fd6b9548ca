"""What came back, told apart and compared; and the whole database as one number, to see whether anything changed."""

import re
from collections.abc import Iterable
from typing import Any

from django.db import connection

from accounts.visitors import keyed_hash
from tests.architecture.sweep.planted import SECRETS
from tests.architecture.sweep.world import Asker

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
NUMBER = re.compile(r"(?<=/)\d+(?=/)")
TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")\w+')
SIGN_IN = "/accounts/login/"
LEARNS_NOTHING_FROM = {"Set-Cookie", "Date", "Content-Length"}


def text_of(answer: Any) -> str:
    """Everything that the browser got: status, headers, cookies, body."""
    streamed = getattr(answer, "streaming", False)
    content = b"".join(answer.streaming_content) if streamed else answer.content
    cookies = answer.cookies.output()
    headers = "\n".join(f"{name}: {value}" for name, value in answer.items())
    return f"{headers}\n{cookies}\n{content.decode(errors='replace')}"


def told(text: str) -> set[str]:
    """Which of the secrets the text tells."""
    lowered = text.lower()
    return {name for name, secret in SECRETS.items() if secret.lower() in lowered}


def is_sign_in(answer: Any) -> bool:
    return answer.status_code == 401 or (answer.status_code == 302 and SIGN_IN in answer.headers["Location"])


def is_let_in(answer: Any) -> bool:
    """Served, or refused for another reason than who asks."""
    return answer.status_code < 500 and answer.status_code not in (401, 403, 404) and not is_sign_in(answer)


def is_gate(answer: Any) -> bool:
    """The page that shows nothing but the way to identification."""
    return answer.status_code in (200, 409) and "family/contact_gate.html" in [used.name for used in answer.templates]


def _without_ids(text: str) -> str:
    return NUMBER.sub("N", UUID.sub("ID", text))


def seen_by_a_stranger(answer: Any) -> tuple[Any, ...]:
    """The answer without what differs from one asking to the next: ids that were asked for, tokens."""
    body = TOKEN.sub(r"\1", _without_ids(answer.content.decode(errors="replace")))
    headers = sorted((name, _without_ids(value)) for name, value in answer.items() if name not in LEARNS_NOTHING_FROM)
    return answer.status_code, headers, sorted(answer.cookies), body


def fingerprints(asker: Asker, leave_out: Iterable[str] = ()) -> dict[str, str]:
    """Every table's content as one number; without the rows that say when this asker was last there."""
    own = {
        "accounts_visitorkey": f" WHERE secret_hash <> '{keyed_hash(asker.device)}'",
        "chat_presence": f" WHERE user_id <> {asker.user_id}",
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        tables = [name for (name,) in cursor.fetchall() if name not in leave_out]
        parts = [
            f"SELECT '{name}', count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) FROM \"{name}\" t"
            + own.get(name, "")
            for name in tables
        ]
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return [name for name in before if before[name] != after[name]]
