"""Which back ends there are, by name (`settings.IDENTIFICATION_BACKENDS`), each made once a process."""

import functools
import json

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.identification.interface import Backend, Failure, IdentificationFailed


class NoSuchBackend(IdentificationFailed):
    """No back end of this name is configured (any more)."""

    def __init__(self, name: str) -> None:
        super().__init__(Failure.NOT_CONFIGURED, f"no back end {name!r}")


def is_available() -> bool:
    """Can anybody identify themselves here? A site without a provider offers it nowhere."""
    return bool(settings.IDENTIFICATION_BACKENDS)


def default_backend() -> str:
    """The name of the first one, which new attempts use."""
    if not is_available():
        raise NoSuchBackend("")
    return next(iter(settings.IDENTIFICATION_BACKENDS))


def backend_named(name: str) -> Backend:
    try:
        options = settings.IDENTIFICATION_BACKENDS[name]
    except KeyError:
        raise NoSuchBackend(name) from None
    return _made(name, json.dumps(options, sort_keys=True))


@functools.lru_cache(maxsize=8)
def _made(name: str, options: str) -> Backend:
    values = json.loads(options)
    made: Backend = import_string(values["backend"]).from_settings(name, values)
    return made
