"""Speaks Alipay's own protocol to merchants' programs."""

from banyan.doors.alipay.bills import BILL_PATH, BillDoor
from banyan.doors.alipay.cashier import RETURN_PATH, ReturnDoor
from banyan.doors.alipay.door import PATH, AlipayDoor
from banyan.doors.alipay.known import METHODS
from banyan.doors.alipay.notices import AlipayTeller
from banyan.doors.alipay.table import ENDPOINTS

__all__ = (
    "BILL_PATH",
    "ENDPOINTS",
    "METHODS",
    "PATH",
    "RETURN_PATH",
    "AlipayDoor",
    "AlipayTeller",
    "BillDoor",
    "ReturnDoor",
)
