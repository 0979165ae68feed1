"""How codes and licences of devices look, and what may be done with a device in its state."""

import base64
import binascii
import re

from banyan.base.errors import Invalid, Refusal
from banyan.reach.devices.types import TOKEN_LENGTH, Device, DeviceState

CHANCE_BYTES = 16
_channel_bytes = 8
_token = re.compile(rf"[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}")
_name_bytes = 8


def render_token(channel_id: int, chance: bytes) -> str:
    """A ticket or licence: whose it is, and what nobody can guess."""
    assert len(chance) == CHANCE_BYTES
    return base64.urlsafe_b64encode(channel_id.to_bytes(_channel_bytes, "big") + chance).decode()


def read_channel(token: str) -> int | None:
    """Whose token it is; None for a text that is none of ours."""
    if not _token.fullmatch(token):
        return None
    channel_id = int.from_bytes(base64.urlsafe_b64decode(token)[:_channel_bytes], "big")
    return channel_id if 0 < channel_id < 1 << 63 else None


def render_device_id(original_id: str, chance: bytes) -> str:
    """What a device is called that the account did not name itself."""
    return f"{original_id}_{chance[:_name_bytes].hex()}"


def check_usable(device: Device) -> None:
    """Accept a device that people can have.

    Raises Refusal `devices.unauthorised`, `devices.attributes_unset`.
    """
    if device.state is DeviceState.UNAUTHORISED:
        raise Refusal("devices.unauthorised")
    if device.state is DeviceState.UNSET:
        raise Refusal("devices.attributes_unset")


def check_room(device: Device, people_max: int) -> None:
    """Accept one more person. Raises Refusal `devices.bound_by_enough`."""
    if device.people_count >= people_max:
        raise Refusal("devices.bound_by_enough", people_max=people_max)


def check_content(content: str) -> None:
    """Accept base64. Raises Invalid `devices.content_malformed`."""
    try:
        base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("devices.content_malformed") from None
