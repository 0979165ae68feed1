"""A process that delivers until it is killed: `python killed_worker.py <dsn> <key> <lease_s>`."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta

from banyan.app.build import open_building
from banyan.app.settings import Settings
from banyan.base.secret import Secret
from banyan.outside.callbacks import deliverer, open_courier
from banyan.reach.pushes import PORTS


async def main(dsn: str, key: str, lease_s: str) -> None:
    """Deliver, holding each push no longer than that."""
    deliverer.LEASE = timedelta(seconds=float(lease_s))
    PORTS.connect(key=Secret(key))
    settings = Settings(database_url=Secret(dsn), secret_key=Secret(key), pool=4)
    async with (
        open_building(settings) as building,
        open_courier(wait_s=5, may_call_private=True) as courier,
    ):
        await deliverer.Deliverer(building.office, courier).run_forever()


asyncio.run(main(*sys.argv[1:]))
