"""Asynchronous connections for the message path; everything else uses Django's own."""

import asyncio
from typing import Any

from django.db import connections
from psycopg_pool import AsyncConnectionPool

_pools: dict[int, AsyncConnectionPool] = {}
POOL_SIZE = 4
# The writing statement is long: planning it anew for every batch costs as much as running it for a dozen messages.
SERVER_OPTIONS = "-c statement_timeout=8000 -c plan_cache_mode=force_generic_plan -c jit=off"


async def async_pool() -> AsyncConnectionPool:
    """The running loop's pool: autocommit, a statement's time limited. Raises psycopg.OperationalError when used
    while the database is away."""
    loop = asyncio.get_running_loop()
    pool = _pools.get(id(loop))
    if pool is None:
        pool = AsyncConnectionPool(
            kwargs=_connection_parameters(),
            min_size=1,
            max_size=POOL_SIZE,
            timeout=3,
            max_idle=300,
            reconnect_timeout=30,
            open=False,
        )
        _pools[id(loop)] = pool
        await pool.open()
    return pool


async def close_pool() -> None:
    pool = _pools.pop(id(asyncio.get_running_loop()), None)
    if pool is not None:
        await pool.close()


def _connection_parameters() -> dict[str, Any]:
    """As Django connects, less what is Django's own way of using psycopg."""
    asked = connections["default"].get_connection_params()
    theirs = {name: value for name, value in asked.items() if name not in ("cursor_factory", "context")}
    return theirs | {"autocommit": True, "connect_timeout": 3, "prepare_threshold": 3, "options": SERVER_OPTIONS}
