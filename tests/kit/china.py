"""The clock of China, by which money is settled and billed, wherever tests run and when."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from banyan.pay.settle import start_of_day

if TYPE_CHECKING:
    from tests.kit.world import World


async def to_hour(world: World, hour: int = 12, days: int = 1) -> None:
    """Let it be this hour in China, so many days later: by day what was paid before is settled."""
    at = start_of_day(world.now) + timedelta(days=days, hours=hour)
    await world.advance(at - world.now)
