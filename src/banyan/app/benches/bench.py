"""What every benchmark is given: a fresh database on a server with fsync on, sizes, a yardstick."""

import ast
import asyncio
import importlib
import re
import resource
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from banyan.app.registry import ROOMS
from banyan.base.clock import Clock
from banyan.base.db import EmbeddedServer, connect, migrate, open_pool
from banyan.base.errors import Invalid, Trouble
from banyan.books.office import Office
from banyan.books.signal import Signal

_CONNECTIONS_MAX = 12
_PGBENCH_CLIENTS = 32
_PGBENCH_SCALE = 10

BENCHES = {
    "ledger-post": "banyan.app.benches.ledger_post",
    "ledger-hot": "banyan.app.benches.ledger_hot",
    "journal-append": "banyan.app.benches.journal_append",
    "pay-http": "banyan.app.benches.pay_http",
    "pay-v3": "banyan.app.benches.pay_v3",
    "token-call": "banyan.app.benches.token_call",
    "push": "banyan.app.benches.push",
    "catalogue-read": "banyan.app.benches.catalogue_read",
    "import": "banyan.app.benches.import_orders",
    "insight": "banyan.app.benches.insight",
    "mass-send": "banyan.app.benches.mass_send",
    "red-packet": "banyan.app.benches.red_packet",
    "crash": "banyan.app.benches.crash",
}
"""Name on the command line, and the module whose `run(bench) -> Figures` measures it."""


def list_questions() -> dict[str, str]:
    """What each benchmark asks, by name: the sentence that its file opens with."""
    found = {}
    for name, module in BENCHES.items():
        file = Path(__file__).with_name(f"{module.rpartition('.')[2]}.py")
        found[name] = (ast.get_docstring(ast.parse(file.read_text())) or "").split("\n\n")[0]
    return {name: " ".join(says.split()) for name, says in found.items()}


class Figures(msgspec.Struct, kw_only=True):
    """What a benchmark found. `ratio` is ours over the yardstick, `target` what it should reach."""

    name: str
    ours: float
    yardstick: float
    unit: str
    target: float
    ratio: float = 0.0
    peak_rss_mb: float = 0.0
    details: dict[str, float | int | str] = {}

    def __post_init__(self) -> None:
        """Work out the ratio unless it was given."""
        if not self.ratio and self.yardstick:
            self.ratio = round(self.ours / self.yardstick, 3)
        if not self.peak_rss_mb:
            self.peak_rss_mb = peak_rss_mb()


class Bench:
    """The means of one run: `small` ones prove in the test suite that the benchmark still works."""

    def __init__(
        self, server: EmbeddedServer, *, small: bool, report: Callable[[str], None]
    ) -> None:
        self.server = server
        self.small = small
        self.report = report

    def size(self, *, small: int, large: int) -> int:
        """The size to run at."""
        return small if self.small else large

    @asynccontextmanager
    async def database(self, name: str) -> AsyncIterator[str]:
        """The address of an empty database of that name, dropped afterwards."""
        database = f"bench_{name.replace('-', '_')}"
        control = await connect(self.server.dsn)
        try:
            await control.execute(f'drop database if exists "{database}" with (force)')
            await control.execute(f'create database "{database}"')
            yield self.server.dsn_of(database)
            await control.execute(f'drop database if exists "{database}" with (force)')
        finally:
            await control.close()

    @asynccontextmanager
    async def office(self, name: str) -> AsyncIterator[Office]:
        """An Office on an empty database with every room's tables."""
        async with self.database(name) as dsn:
            await prepare(dsn)
            pool = await open_pool(dsn, size_min=2, size_max=_CONNECTIONS_MAX)
            signal = Signal(dsn)
            await signal.open()
            try:
                async with Office(pool, signal, Clock()) as office:
                    yield office
            finally:
                await signal.close()
                await pool.close()

    async def pgbench_tps(self) -> float:
        """Transactions a second of PostgreSQL's own TPC-B-like test on this server."""
        seconds = self.size(small=1, large=10)
        scale = self.size(small=1, large=_PGBENCH_SCALE)
        async with self.database("pgbench") as dsn:
            await self._pgbench(["-i", "-q", "-s", str(scale)], dsn)
            clients = ["-c", str(_PGBENCH_CLIENTS), "-j", "2"]
            told = await self._pgbench(["-M", "prepared", *clients, "-T", str(seconds)], dsn)
        found = re.search(r"tps = ([0-9.]+)", told)
        if found is None:
            raise Trouble("bench.pgbench_silent", output=told[-500:])
        return float(found[1])

    async def _pgbench(self, arguments: list[str], dsn: str) -> str:
        process = await asyncio.create_subprocess_exec(
            str(self.server.binary("pgbench")),
            *arguments,
            dsn,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        if process.returncode != 0:
            raise Trouble("bench.pgbench_failed", output=output.decode()[-500:])
        return output.decode()


async def prepare(dsn: str) -> None:
    """Create every room's tables."""
    control = await connect(dsn)
    try:
        await migrate(control, [(room.name, room.migrations) for room in ROOMS])
    finally:
        await control.close()


async def run_bench(name: str, *, small: bool, report: Callable[[str], None]) -> Figures:
    """Run the benchmark of that name on a server of its own.

    Raises Invalid `bench.unknown` if there is none.
    """
    if name not in BENCHES:
        raise Invalid("bench.unknown", name=name, known=sorted(BENCHES))
    module = importlib.import_module(BENCHES[name])
    with tempfile.TemporaryDirectory(prefix="banyan-bench-") as folder:
        server = await asyncio.to_thread(EmbeddedServer.start, Path(folder))
        try:
            figures: Figures = await module.run(Bench(server, small=small, report=report))
        finally:
            await asyncio.to_thread(server.stop)
    return figures


def peak_rss_mb() -> float:
    """The most memory this process has used, in MiB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
