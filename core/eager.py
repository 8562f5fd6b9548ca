"""Beginning something asynchronous where one stands, instead of at the loop's next turn.

(Python 3.12 has eager tasks for this; the platform supports 3.11.)
"""

from collections.abc import Awaitable, Generator
from typing import Any, Generic, TypeVar, cast

T = TypeVar("T")

# In the extensions of a socket's scope: a function that sends a text at once, or says False and sends nothing when
# that is more than writing it (perhekeskus/socket_protocol.py). A server of another make has none.
SEND_AT_ONCE = "perhekeskus.send_at_once"


class Begun(Generic[T]):
    """An awaitable that has run up to its first real wait, and perhaps to its end. Await it, once and in the task that
    began it, for its result. Raises at once what it raises before its first wait."""

    def __init__(self, awaitable: Awaitable[T]) -> None:
        self._steps = awaitable.__await__()
        self._waits_for: Any = None
        self._result: T | None = None
        try:
            self._waits_for = next(self._steps)
        except StopIteration as end:
            self.ended, self._result = True, end.value
        else:
            self.ended = False

    def __await__(self) -> Generator[Any, Any, T]:
        if not self.ended:
            yield self._waits_for
            self._result = yield from self._steps
            self.ended = True
        return cast(T, self._result)
