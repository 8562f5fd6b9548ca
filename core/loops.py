"""Things that live in an event loop: one for the loop that runs, a new one when another does (as in tests)."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class OneALoop(Generic[T]):
    """`queue_looks = OneALoop(QueueLooks)`; `queue_looks()` is the running loop's."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._held: tuple[asyncio.AbstractEventLoop, T] | None = None

    def __call__(self) -> T:
        loop = asyncio.get_running_loop()
        if self._held is None or self._held[0] is not loop:
            self._held = (loop, self._make())
        return self._held[1]
