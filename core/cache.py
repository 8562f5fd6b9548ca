"""The cache, which nothing may depend on: without Valkey it forgets, and pages go on."""

import hashlib
import hmac
import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger("perhekeskus.cache")


def hashed(key: str, key_prefix: str, version: int) -> str:
    """The name under which a value stands: attempts are counted by address or e-mail, and Valkey is to know neither."""
    name = f"{key_prefix}:{version}:{key}"
    return "cache:" + hmac.new(settings.SECRET_KEY.encode(), name.encode(), hashlib.sha256).hexdigest()


class ForgetfulRedisCache(RedisCache):
    """Django's Redis cache, answering as an empty one while Valkey is away.

    Counts of attempts live here (ours and allauth's), and figures that can be counted again: what is lost is a limit,
    for as long as the log says so.
    """

    def get(self, *args: Any, **kwargs: Any) -> Any:
        default = kwargs.get("default", args[1] if len(args) > 1 else None)
        return self._unless_away(super().get, default, *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._unless_away(super().set, None, *args, **kwargs)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._unless_away(super().add, True, *args, **kwargs))

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._unless_away(super().touch, False, *args, **kwargs))

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._unless_away(super().delete, False, *args, **kwargs))

    def incr(self, *args: Any, **kwargs: Any) -> int:
        return int(self._unless_away(super().incr, 1, *args, **kwargs))

    @staticmethod
    def _unless_away(ask: Callable[..., Any], otherwise: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return ask(*args, **kwargs)
        except (RedisError, OSError) as error:
            log.warning("the cache is away: %s", type(error).__name__)
            return otherwise
