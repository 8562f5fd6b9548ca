"""Everything that one web process serves: pages and the API by Django, threads by their own socket application, the
desk by a Channels consumer."""

import gc
import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perhekeskus.settings")
pages = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402  (Django has to be set up first)
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402

from accounts.second_step import SecondStepSockets  # noqa: E402
from chat.lookers import lookers  # noqa: E402
from core.database import close_pool  # noqa: E402
from core.origins import SameOrigin  # noqa: E402
from core.realtime import hub  # noqa: E402
from perhekeskus.checks import refuse_unsafe_start  # noqa: E402
from perhekeskus.urls import socket_urlpatterns  # noqa: E402

refuse_unsafe_start()
# A batch of messages makes thousands of short-lived objects; Python's default of 700 would search them ten times.
YOUNG_OBJECTS = 20_000


async def lifespan(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Open the process's subscription before the first socket comes, and let go of everything at the end."""
    await receive()
    hub.ensure_started()
    # What is loaded by now stays: the collector need not look through it again and again while messages pass.
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await lookers().stop()
    await hub.stop()
    await close_pool()
    await send({"type": "lifespan.shutdown.complete"})


application = ProtocolTypeRouter(
    {
        "http": pages,
        "websocket": SameOrigin(AuthMiddlewareStack(SecondStepSockets(URLRouter(socket_urlpatterns)))),
        "lifespan": lifespan,
    }
)
