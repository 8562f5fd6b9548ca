"""The pages for a server behind our own proxy: the visitor's address is the one that the proxy reports.

Rate limits count by address. gunicorn leaves the proxy's there, and then all families together would be one visitor.
"""

from collections.abc import Iterable
from typing import Any

from perhekeskus.trusted_proxies import visitor_address
from perhekeskus.wsgi import application as site


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    environ["REMOTE_ADDR"] = visitor_address(environ.get("HTTP_X_FORWARDED_FOR", ""), environ.get("REMOTE_ADDR", ""))
    return site(environ, start_response)
