"""One uvicorn process with the options that the live thread needs.

`make run` serves everything from it, on a listening socket that the supervisor opened and keeps: the socket outlives
the process, so a restart refuses no visitor. In production it serves the sockets only, behind the proxy.

    python -m perhekeskus.web --fd N
    python -m perhekeskus.web --host 0.0.0.0 --port 8001 --behind-proxy
"""

import argparse
import os
import socket
import warnings

import uvicorn

from perhekeskus.socket_protocol import SocketProtocol
from perhekeskus.startup import refuse_faulty_settings
from perhekeskus.trusted_proxies import networks

# The contract's limit for a frame is 64 KiB; a longer one gets an error frame and keeps its socket, up to this size.
WS_MAX_SIZE = 4 * 1024 * 1024
GRACEFUL_SECONDS = 4


def main() -> None:
    parser = argparse.ArgumentParser()
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--fd", type=int, help="number of a listening socket")
    place.add_argument("--port", type=int)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--behind-proxy", action="store_true", help="believe what the proxies of TRUSTED_PROXIES say of the visitor"
    )
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perhekeskus.settings")
    refuse_faulty_settings()
    # WhiteNoise's files are small and only `make run` serves them from here; in production the proxy does.
    warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
    config = uvicorn.Config(
        "perhekeskus.asgi:application",
        host=arguments.host,
        port=arguments.port or 0,
        loop="uvloop",
        http="httptools",
        ws=SocketProtocol,
        ws_per_message_deflate=False,
        ws_max_size=WS_MAX_SIZE,
        lifespan="on",
        log_level="warning",
        log_config=None,  # the site's own: uvicorn's would print the words of an error
        access_log=False,
        server_header=False,
        proxy_headers=arguments.behind_proxy,
        forwarded_allow_ips=list(networks()) if arguments.behind_proxy else None,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
    )
    sockets = [socket.socket(fileno=arguments.fd)] if arguments.fd is not None else None
    uvicorn.Server(config).run(sockets=sockets)


if __name__ == "__main__":
    main()
