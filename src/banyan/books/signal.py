"""One connection a process that hears the others: wakes followers, and leases the node for ids."""

import asyncio
import random
from collections.abc import Callable, Iterable
from contextlib import suppress

import asyncpg
import structlog

from banyan.base.db import connect
from banyan.base.errors import Trouble
from banyan.base.ids import NODES_MAX
from banyan.books.store import notify, try_lease

_log = structlog.get_logger("banyan.signal")

CHANNEL = "banyan"
_LEASE_CLASS = 0x62616E79  # advisory locks of this class are node leases: ("bany", node)
_QUIET_S = 0.1
_RECONNECT_S = 1.0
_LOOK_S = 2.0
_RING = "ring "
JOURNAL = "journal"
"""The bell that rings when there are new facts."""


class Signal:
    """Rings bells in every process of this installation, each at most ten times a second.

    A bell has a name, so that only those wake for whom there is something to do.

    The same connection holds an advisory lock on a node number: as long as the process lives no
    other makes ids with it, and when it is killed the server frees the number.
    """

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._rung = asyncio.Event()
        self._unsaid: set[str] = set()
        self._bells: dict[str, list[asyncio.Event]] = {}
        self._heard = self.add_bell(JOURNAL)
        self.node = 0
        self.on_node: Callable[[int], None] = lambda _node: None
        self.on_word: Callable[[str], None] = lambda _word: None

    async def open(self) -> None:
        """Connect, listen and lease. Raises Trouble `database.unavailable`."""
        connection = await connect(self._dsn)
        await connection.add_listener(CHANNEL, self._hear)
        self.node = await _lease(connection)
        self.on_node(self.node)
        self._connection = connection

    async def close(self) -> None:
        """Leave; the node number is free again."""
        if self._connection is not None:
            await self._connection.close()

    def ring(self, *names: str) -> None:
        """Wake those who wait for these bells, here at once and elsewhere within a moment."""
        self._wake(names)
        self._unsaid.update(names)
        self._rung.set()

    def add_bell(self, name: str) -> asyncio.Event:
        """A bell of one's own, set whenever `name` rings and cleared by nobody else.

        Those who share `wait` miss what rings while they work and another waits.
        """
        bell = asyncio.Event()
        self._bells.setdefault(name, []).append(bell)
        return bell

    async def say(self, word: str) -> None:
        """Pass a word to every process, this one included, and wake everybody."""
        assert self._connection is not None
        await notify(self._connection, CHANNEL, word)

    async def wait(self, timeout_s: float) -> None:
        """Return when there are new facts, or after `timeout_s` at the latest."""
        await wait_for_bell(self._heard, timeout_s)

    async def pass_on(self) -> None:
        """Forward local rings to the other processes, for ever; reconnect when cut off.

        Also who has nothing to say looks after the line: a process that is cut off hears nothing,
        and its node may be leased to another.
        """
        while True:
            is_rung = await self._wait_for_ring()
            try:
                if self._connection is None or self._connection.is_closed():
                    await self.open()
                if is_rung:
                    await self._say_rung()
            except (OSError, Trouble, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                _log.warning("signal.cut_off", reason=str(error))
                await asyncio.sleep(_RECONNECT_S)
                self._rung.set()
            await asyncio.sleep(_QUIET_S)

    async def _wait_for_ring(self) -> bool:
        try:
            async with asyncio.timeout(_LOOK_S):
                await self._rung.wait()
        except TimeoutError:
            return False
        self._rung.clear()
        return True

    async def _say_rung(self) -> None:
        names, self._unsaid = self._unsaid, set()
        try:
            await self.say(_RING + " ".join(sorted(names)))
        except BaseException:
            self._unsaid |= names
            raise

    def _hear(self, _connection: object, pid: int, _channel: str, payload: object) -> None:
        own = self._connection is not None and pid == self._connection.get_server_pid()
        word = str(payload)
        if not word.startswith(_RING):
            self.on_word(word)
            self._wake(self._bells)
        elif not own:
            self._wake(word.split()[1:])

    def _wake(self, names: Iterable[str]) -> None:
        for name in names:
            for bell in self._bells.get(name, ()):
                bell.set()


async def wait_for_bell(bell: asyncio.Event, timeout_s: float) -> None:
    """Return when a bell has rung, or after so long at the latest, and quieten it.

    Whoever waits looks for work afterwards in either case, so that no ring is lost.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(timeout_s):
            await bell.wait()
    bell.clear()


async def _lease(connection: "asyncpg.Connection[asyncpg.Record]") -> int:
    first = random.SystemRandom().randrange(NODES_MAX)
    for step in range(NODES_MAX):
        node = (first + step) % NODES_MAX
        if await try_lease(connection, _LEASE_CLASS, node):
            return node
    raise Trouble("office.no_node_free", nodes_max=NODES_MAX)
