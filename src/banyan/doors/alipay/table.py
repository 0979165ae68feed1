"""Every method that the gateway answers."""

from __future__ import annotations

from banyan.doors.alipay import auth, bills, cashier, refunds, shares, trades, transfers
from banyan.doors.alipay.endpoint import Endpoint

_modules = (trades, cashier, refunds, shares, transfers, bills, auth)

ENDPOINTS: tuple[Endpoint, ...] = tuple(one for module in _modules for one in module.ENDPOINTS)
"""In the order of the generated reference."""
