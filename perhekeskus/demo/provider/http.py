"""As much HTTP as the provider needs: a request read with limits, an answer with strict headers."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

LONGEST_BODY = 256 * 1024

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Refused(Exception):
    """The request is answered with `status` and one sentence for the person who develops the other side."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def form(self) -> dict[str, str]:
        return _single(self.body.decode("utf-8", "replace"))

    def json(self) -> dict[str, Any]:
        try:
            found = json.loads(self.body or b"{}")
        except ValueError:
            raise Refused("The body is not JSON.") from None
        if not isinstance(found, dict):
            raise Refused("The body is not a JSON object.")
        return found


@dataclass(frozen=True)
class Answer:
    body: bytes = b""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    # Origins that a form of this page may lead to, by redirect.
    leads_to: str = ""

    @classmethod
    def of_json(cls, value: Any, status: int = 200) -> "Answer":
        return cls(json.dumps(value).encode(), status, "application/json")

    @classmethod
    def redirect(cls, address: str) -> "Answer":
        return cls(b"", 303, headers={"Location": address})

    def header_lines(self) -> list[tuple[bytes, bytes]]:
        policy = (
            "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; "
            f"form-action 'self' {self.leads_to}".rstrip()
            + "; frame-ancestors 'none'; base-uri 'none'"
        )
        lines = {
            "Content-Type": self.content_type,
            "Content-Length": str(len(self.body)),
            "Content-Security-Policy": policy,
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
            **self.headers,
        }
        return [(name.lower().encode(), value.encode()) for name, value in lines.items()]


async def read_request(scope: dict[str, Any], receive: Receive) -> Request:
    body = b""
    while True:
        part = await receive()
        body += part.get("body", b"")
        if len(body) > LONGEST_BODY:
            raise Refused("The request is too long.", 413)
        if not part.get("more_body"):
            break
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=_single(scope["query_string"].decode("ascii", "replace")),
        headers={name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]},
        body=body,
    )


async def send_answer(send: Send, answer: Answer) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.header_lines()})
    await send({"type": "http.response.body", "body": answer.body})


def _single(text: str) -> dict[str, str]:
    """Parameters by name; OAuth forbids to give one twice."""
    pairs = parse_qsl(text, keep_blank_values=True)
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refused("A parameter was given twice.")
    return found
