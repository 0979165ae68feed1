"""The door at which outside providers tell what happens to payments through them."""

from banyan.doors.gateways.door import WORD, GatewayDoor

__all__ = ("WORD", "GatewayDoor")
