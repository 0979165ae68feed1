"""Plants the demo town into the database of some settings."""

from __future__ import annotations

from collections.abc import Callable

from banyan.app.build import open_building
from banyan.app.furnish import furnish
from banyan.app.settings import Settings
from banyan.base.errors import Refusal


async def plant_demo(settings: Settings, report: Callable[[str], None]) -> None:
    """Have the demo town; nothing happens when it is there.

    Raises Refusal `demo.in_production`.
    """
    if settings.production:
        raise Refusal("demo.in_production")
    from banyan.app.demo import plant

    async with open_building(settings) as building:
        await furnish(building)
        await plant(building, report)
