"""Start the provider: `DEMO_MODE=1 python -m perhekeskus.demo.provider --port 8001`."""

import argparse
import os
import socket
import sys
from pathlib import Path

import uvicorn

from perhekeskus.demo.provider.app import Provider
from perhekeskus.demo.provider.client import Client
from perhekeskus.demo.provider.keys import ProviderKeys

TRUE = ("true", "on", "ok", "y", "yes", "1")


def main() -> int:
    if os.environ.get("DEMO_MODE", "").lower() not in TRUE:
        print(
            "perhekeskus: The demo identity provider lets anybody be anybody: it runs in demo mode only (DEMO_MODE=1).",
            file=sys.stderr,
        )
        return 1
    parser = argparse.ArgumentParser(prog="python -m perhekeskus.demo.provider")
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--fd", type=int, help="number of a listening socket")
    place.add_argument("--port", type=int)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--issuer", default="", help="its address as browsers and the site see it")
    parser.add_argument("--hosts", default="localhost,127.0.0.1,[::1]", help="names that the site is reached by")
    parser.add_argument("--client-keys", default="", help="where the site's keys are read, if not where it is reached")
    parser.add_argument("--data", type=Path, help="folder that keeps the provider's keys over a restart")
    arguments = parser.parse_args()
    issuer = arguments.issuer or f"http://{arguments.host}:{arguments.port}"
    hosts = frozenset(name.strip().strip("[]").lower() for name in arguments.hosts.split(",") if name.strip())
    provider = Provider(
        issuer=issuer.rstrip("/"),
        client=Client(issuer=issuer.rstrip("/"), hosts=hosts, keys_address=arguments.client_keys),
        keys=ProviderKeys(arguments.data / "keys.json" if arguments.data else None),
        control_secret=os.environ.get("DEMO_PROVIDER_CONTROL", ""),
    )
    config = uvicorn.Config(
        provider,
        host=arguments.host,
        port=arguments.port or 0,
        http="httptools",
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=2,
    )
    sockets = [socket.socket(fileno=arguments.fd)] if arguments.fd is not None else None
    uvicorn.Server(config).run(sockets=sockets)
    return 0


if __name__ == "__main__":
    sys.exit(main())
