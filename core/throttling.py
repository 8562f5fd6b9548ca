"""Limits on how often, without storing who.

`Bucket` is a token bucket in this process: the message path cannot wait for Valkey, and a limit per process is
enough against a flood, and it forgets whoever has not come for a while. `Attempts` counts tries in Valkey under a keyed
hash that expires (core/cache.py), for guessing codes.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass, field

from django.conf import settings
from django.core.cache import cache


@dataclass
class Bucket:
    """At most `burst` at once and `per_second` in the long run, for each key."""

    burst: int
    per_second: float
    keep: int = 20_000
    _levels: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def wait_for(self, key: str) -> float:
        """Take one; 0.0 when there was one, else the seconds to wait (nothing is taken then)."""
        if not settings.RATE_LIMITS:
            return 0.0
        at = time.monotonic()
        level, since = self._levels.pop(key, (float(self.burst), at))
        level = min(float(self.burst), level + (at - since) * self.per_second)
        waiting = 0.0 if level >= 1 else (1 - level) / self.per_second
        self._levels[key] = (level - 1 if level >= 1 else level, at)
        self._forget(at)
        return waiting

    def _forget(self, at: float) -> None:
        """Whoever's bucket is full again is nobody in particular: the oldest two, so that none stays long."""
        for _n in range(2):
            if self._levels:
                key, (_level, since) = next(iter(self._levels.items()))
                if at - since > self.burst / self.per_second or len(self._levels) > self.keep:
                    del self._levels[key]


@dataclass(frozen=True)
class Attempts:
    """At most `limit` attempts in a window of `seconds`, counted over all processes."""

    scope: str
    limit: int
    seconds: int

    def exceeded(self, who: str) -> bool:
        """Count one attempt of `who` (an address, say: the cache keeps only its keyed hash, and only for the window).

        Without Valkey there is no count: then guessing is slowed by nothing but the size of the code, and the
        page works on.
        """
        if not settings.RATE_LIMITS:
            return False
        key = f"attempts:{self.scope}:{who}"
        cache.add(key, 0, timeout=self.seconds)
        try:
            return cache.incr(key) > self.limit
        except ValueError:  # it expired between the two
            return False


# One person writes in bursts; nobody types two messages a second for long.
messages_per_writer = Bucket(burst=60, per_second=2.0)
messages_per_contact = Bucket(burst=120, per_second=4.0)
# A page saves at most twice a second, from as many threads as somebody has open.
drafts_per_writer = Bucket(burst=60, per_second=4.0)
openings_per_visitor = Bucket(burst=20, per_second=1 / 30)
# A reference has eight signs: to be typed, not tried out.
break_glass_attempts = Attempts("break-glass", limit=10, seconds=15 * 60)
return_code_attempts = Attempts("return-code", limit=10, seconds=15 * 60)
share_code_attempts = Attempts("share-code", limit=10, seconds=15 * 60)
# A receiver outside has five tries for each code (referrals/links.py); this is for whoever has many links.
receiver_code_attempts = Attempts("receiver-code", limit=30, seconds=15 * 60)
identification_attempts = Attempts("identification", limit=60, seconds=15 * 60)
# Many families share one address behind a mobile network.
openings_per_address = Attempts("openings", limit=300, seconds=10 * 60)
turned_away_per_address = Attempts("turned-away", limit=300, seconds=10 * 60)
accessibility_feedback_per_address = Attempts("accessibility-feedback", limit=10, seconds=10 * 60)
# A code goes to whatever address somebody types: neither a person nor an address gets many.
notice_addresses_per_person = Attempts("notice-address", limit=6, seconds=60 * 60)
notice_codes_per_address = Attempts("notice-code", limit=5, seconds=24 * 3600)
