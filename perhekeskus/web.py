"""One web process: uvicorn on a listening socket that the supervisor opened and keeps.

Since the socket outlives the process, a restart refuses no visitor: the connection waits until the new one takes it.

    python -m perhekeskus.web --fd N
"""

import argparse
import socket

import uvicorn

# The contract's limit for a frame is 64 KiB; one a little over it still gets an error frame and keeps its socket.
WS_MAX_SIZE = 128 * 1024
GRACEFUL_SECONDS = 4


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--fd", type=int, required=True, help="number of the listening socket")
    arguments = parser.parse_args()
    config = uvicorn.Config(
        "perhekeskus.asgi:application",
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=WS_MAX_SIZE,
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=arguments.fd)])


if __name__ == "__main__":
    main()
