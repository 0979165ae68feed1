"""Identifiers: 63-bit numbers, ordered by time, unique over all processes of one installation."""

import time
from datetime import UTC, datetime, timedelta

_EPOCH_MS = 1_735_689_600_000  # 2025-01-01T00:00:00Z
_NODE_BITS = 10
_COUNT_BITS = 12
NODES_MAX = 1 << _NODE_BITS
_COUNT_MAX = 1 << _COUNT_BITS


class Id(int):
    """An identifier: a positive bigint in PostgreSQL, a string in JSON.

    Rooms subclass it (`class OrderId(Id)`), so that the type checker tells an order from a store.
    """

    __slots__ = ()


NONE = Id(0)
"""Stands where an id is absent; never a real one."""


def made_at(number: int) -> datetime:
    """When an id was made, by the clock of the machine that made it."""
    passed_ms = number >> (_NODE_BITS + _COUNT_BITS)
    return datetime.fromtimestamp((_EPOCH_MS + passed_ms) / 1000, UTC)


def id_before(number: int, span: timedelta) -> int:
    """The first id that could be made so long before another was: to read what is older."""
    passed_ms = (number >> (_NODE_BITS + _COUNT_BITS)) - span // timedelta(milliseconds=1)
    return max(0, passed_ms) << (_NODE_BITS + _COUNT_BITS)


class IdSource:
    """Makes ids: 41 bits of milliseconds, 10 bits of node, 12 bits of count.

    `node` is leased so that no two living processes hold the same one. Ids of one source strictly
    ascend, also when the system's clock steps back: the source then runs ahead of the clock
    instead of repeating a millisecond.
    """

    def __init__(self, node: int) -> None:
        assert 0 <= node < NODES_MAX
        self._node = node << _COUNT_BITS
        self._last_ms = 0
        self._count = 0

    def next(self) -> int:
        """A new id, greater than every earlier one of this source."""
        now_ms = time.time_ns() // 1_000_000 - _EPOCH_MS
        if now_ms > self._last_ms:
            self._last_ms = now_ms
            self._count = 0
        else:
            self._count += 1
            if self._count == _COUNT_MAX:
                self._last_ms += 1
                self._count = 0
        return (self._last_ms << (_NODE_BITS + _COUNT_BITS)) | self._node | self._count
