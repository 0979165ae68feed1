"""Speaks Alipay's own protocol to merchants' programs."""

from banyan.doors.alipay.door import PATH, AlipayDoor
from banyan.doors.alipay.known import METHODS
from banyan.doors.alipay.table import ENDPOINTS

__all__ = ("ENDPOINTS", "METHODS", "PATH", "AlipayDoor")
