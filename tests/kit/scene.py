"""The tea shop as people find it: a coded door and tables, an official account, a welcome gift."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from banyan.commerce.coupons import Campaign
from banyan.commerce.places import CodedPlace, PlaceKind
from banyan.reach.channels import Channel
from tests.kit import loyalty
from tests.kit.commerce_shop import TeaShop, add_spots, open_tea_shop

if TYPE_CHECKING:
    from tests.kit.world import World


@dataclass(frozen=True)
class Scene:
    """What the shop's side of the loop needs."""

    shop: TeaShop
    door: CodedPlace
    table: CodedPlace
    channel: Channel
    welcome: Campaign
    """5.00 off 30.00, for whoever joins."""

    @property
    def href(self) -> str:
        """The shelf of its store on the phone."""
        return f"/shops/{self.shop.merchant_id:d}/{self.shop.store_id:d}"

    @property
    def door_path(self) -> str:
        """Where the code at the door leads."""
        return f"/c/{self.door.codes[0].token}"

    @property
    def table_path(self) -> str:
        """Where the code of a table leads."""
        return f"/c/{self.table.codes[0].token}"

    def order_path(self, **counts: int) -> str:
        """The order sheet with so many of oolong, jasmine and water."""
        items = [f"i={getattr(self.shop, name):d}.{count}" for name, count in counts.items()]
        return f"{self.href}/order?{'&'.join(items)}"

    def basket(self, **counts: int) -> dict[str, object]:
        """The same as fields of a form."""
        return {f"q{getattr(self.shop, name):d}": count for name, count in counts.items()}


async def set_scene(world: World) -> Scene:
    """Open the tea shop with everything that people may meet there."""
    shop = await open_tea_shop(world)
    channel = await loyalty.open_channel(world, welcome_text="欢迎来坐坐")
    welcome = await loyalty.offer(world, "见面礼", is_welcome=True, is_claimable=False)
    (door,) = await add_spots(world, shop.store_id, PlaceKind.DOOR, ["正门"])
    (table,) = await add_spots(world, shop.store_id, PlaceKind.TABLE, ["3 号桌"])
    return Scene(shop, door, table, channel, welcome)
