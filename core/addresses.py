"""Every address there is, and the marks of what stands behind it: for the page of permissions and for the tests that
walk all of them."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLResolver, get_resolver

METHODS = ("get", "post", "put", "patch", "delete")


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """(route as it is written, view) of every address below the resolver, the site's own by default."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, route)
        else:
            yield route, pattern.callback


def marks_of(view: Any) -> dict[str, str]:
    """The marks of a view by method: an API view has one for each of its methods, any other view one for all ("*")."""
    api_class = getattr(view, "cls", None)
    marks = getattr(api_class, "action_marks", None)
    if marks is None:
        return {"*": str(getattr(view, "permission_mark", "unmarked"))}
    methods = [name.upper() for name in METHODS if hasattr(api_class, name)]
    return {method: str(marks.get(method, f"unmarked {method}")) for method in methods}


def mark_of_socket(application: Any) -> str:
    """The mark of a socket route's application, a consumer or a plain ASGI function."""
    behind = getattr(application, "consumer_class", application)
    return str(getattr(behind, "permission_mark", "unmarked"))
