"""Listening sockets that the supervisor opens and keeps, so that a child may be started again and refuse nobody."""

import errno
import socket
from collections.abc import Mapping

from perhekeskus.embedded import EmbeddedError, free_port

TRUE = ("true", "on", "ok", "y", "yes", "1")
EVERYWHERE = ("", "0.0.0.0", "::")


class CannotStart(Exception):
    """One sentence for the person at the terminal."""


def listen(host: str, port: int, *, variable: str = "PORT") -> socket.socket:
    """A socket that listens at once, which makes the port ours; early visitors wait instead of being refused."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, OverflowError) as error:
        raise CannotStart(f"HOST={host} {variable}={port} is not an address of this machine ({error}).") from None
    found = socket.socket(family, kind, protocol)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind(address)
        found.listen(2048)
    except PermissionError:
        found.close()
        raise CannotStart(f"Port {port} is for root only; choose another with {variable}=8080 make run.") from None
    except OSError as error:
        found.close()
        if error.errno == errno.EADDRINUSE:
            raise CannotStart(
                f"Port {port} on {host} is taken by another program; "
                f"stop that one or choose another port with {variable}={port + 1} make run."
            ) from None
        raise CannotStart(f"Cannot listen on {host}:{port}: {error.strerror}.") from None
    return found


def address_of(host: str, port: int) -> str:
    """How a browser reaches what listens there: this machine's own name for it, if it listens everywhere."""
    named = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)
    return f"http://[{named}]:{port}" if ":" in named else f"http://{named}:{port}"


# -- the demo's identity provider -------------------------------------------------------------------


def wants_provider(environment: Mapping[str, str]) -> bool:
    """The demo brings its own identity provider, in demo mode only."""
    return environment.get("DEMO_MODE", "").lower() in TRUE


def listen_for_provider(host: str, port: int, environment: Mapping[str, str]) -> socket.socket:
    """On DEMO_PROVIDER_PORT if given, else on the port after the site's, else on any that is free."""
    if chosen := environment.get("DEMO_PROVIDER_PORT"):
        if not (chosen.isdigit() and 0 < int(chosen) < 65536):
            raise CannotStart(f"DEMO_PROVIDER_PORT={chosen} is not a port number.")
        return listen(host, int(chosen), variable="DEMO_PROVIDER_PORT")
    for candidate in (port + 1, *(free_port() for _attempt in range(5))):
        try:
            return listen(host, candidate, variable="DEMO_PROVIDER_PORT")
        except (CannotStart, EmbeddedError):
            continue
    raise CannotStart("No port was found for the demo's identity provider; choose one with DEMO_PROVIDER_PORT.")


def provider_address(host: str, port: int, environment: Mapping[str, str]) -> str:
    """The provider as browsers see it. Where it listens on every address, the first of ALLOWED_HOSTS is its name."""
    if chosen := environment.get("DEMO_PROVIDER_URL"):
        return chosen.rstrip("/")
    names = [name.strip() for name in environment.get("ALLOWED_HOSTS", "").split(",")]
    named = [name for name in names if name and not name.startswith((".", "*"))]
    if host in EVERYWHERE and named:
        return f"http://{named[0]}:{port}"
    return address_of(host, port)
