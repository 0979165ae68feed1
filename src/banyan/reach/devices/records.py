"""What the rows of schema `devices` say."""

import asyncpg
import msgspec

from banyan.reach.channels import ChannelId
from banyan.reach.devices.types import (
    Attributes,
    Binding,
    Device,
    DeviceMessage,
    MessageId,
    Product,
)


class Mine(msgspec.Struct, frozen=True):
    """A binding of a person, and of which device."""

    channel_id: int
    device_id: str
    product_name: str
    binding: Binding


def read_mine(row: asyncpg.Record) -> Mine:
    """A binding of a person."""
    return Mine(row["channel_id"], row["device_id"], row["product_name"], read_binding(row))


def read_product(row: asyncpg.Record) -> Product:
    """A product."""
    return Product(channel_id=ChannelId(row["channel_id"]), **dict(list(row.items())[1:]))


def read_device(row: asyncpg.Record) -> Device:
    """A device."""
    told = row["attributes"]
    return Device(
        channel_id=ChannelId(row["channel_id"]),
        device_id=row["device_id"],
        product_id=row["product_id"],
        ticket=row["ticket"],
        attributes=msgspec.convert(told, Attributes) if told else None,
        people_count=row["people_count"],
        created_at=row["created_at"],
        seen_at=row["seen_at"],
    )


def read_binding(row: asyncpg.Record) -> Binding:
    """A binding."""
    return Binding(
        openid=row["openid"],
        bound_at=row["bound_at"],
        is_watching=row["is_watching"],
        is_connected=row["is_connected"],
        status_at=row["status_at"],
    )


def read_message(row: asyncpg.Record) -> DeviceMessage:
    """A message."""
    return DeviceMessage(
        message_id=MessageId(row["message_id"]),
        openid=row["openid"],
        is_from_device=row["is_from_device"],
        content=row["content"],
        said_at=row["said_at"],
        fetched_at=row["fetched_at"],
    )
