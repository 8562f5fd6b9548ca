"""The one place that calls another service while somebody waits: the identification provider, with every limit.

No redirects, no proxies from the environment, few seconds, small answers.
"""

import json
import time
from collections.abc import Mapping
from typing import Any

import httpx

from accounts.identification.interface import Failure, IdentificationFailed

TIMEOUT = httpx.Timeout(5.0, connect=3.0)
TOTAL_SECONDS = 10.0
LARGEST_ANSWER = 256 * 1024


class ProviderHttp:
    """JSON over HTTP with a provider. Each call raises IdentificationFailed and nothing else."""

    def __init__(self, transport: httpx.BaseTransport | None = None) -> None:
        self._transport = transport

    def get(self, address: str) -> dict[str, Any]:
        status, answer = self._ask("GET", address)
        if status != 200:
            raise IdentificationFailed(Failure.UNREACHABLE, f"GET answered {status}")
        return answer

    def post_form(self, address: str, form: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        """(status, answer); a refusal in the protocol's own words is an answer too."""
        return self._ask("POST", address, form)

    def _ask(self, method: str, address: str, form: Mapping[str, str] | None = None) -> tuple[int, dict[str, Any]]:
        deadline = time.monotonic() + TOTAL_SECONDS
        try:
            with (
                httpx.Client(
                    transport=self._transport, timeout=TIMEOUT, trust_env=False, follow_redirects=False
                ) as client,
                client.stream(method, address, data=form, headers={"Accept": "application/json"}) as response,
            ):
                body = self._read(response, deadline)
                status = response.status_code
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise IdentificationFailed(Failure.UNREACHABLE, type(error).__name__) from None
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise IdentificationFailed(Failure.WRONG_ANSWER, f"no JSON object, status {status}")
        return status, answer

    @staticmethod
    def _read(response: httpx.Response, deadline: float) -> bytes:
        body = b""
        for part in response.iter_bytes():
            body += part
            if len(body) > LARGEST_ANSWER:
                raise IdentificationFailed(Failure.WRONG_ANSWER, "too large an answer")
            if time.monotonic() > deadline:
                raise IdentificationFailed(Failure.UNREACHABLE, "too slow an answer")
        return body
