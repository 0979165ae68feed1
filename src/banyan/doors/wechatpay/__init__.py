"""Speaks WeChat Pay's own protocol to merchants' programs, in its third and second interface."""

from banyan.doors.wechatpay.callers import Directory
from banyan.doors.wechatpay.door import WeChatPayDoor
from banyan.doors.wechatpay.known import PATHS, WORDS
from banyan.doors.wechatpay.notices import WeChatPayTeller
from banyan.doors.wechatpay.table import ENDPOINTS, ENDPOINTS_V2, RENDERINGS

__all__ = (
    "ENDPOINTS",
    "ENDPOINTS_V2",
    "PATHS",
    "RENDERINGS",
    "WORDS",
    "Directory",
    "WeChatPayDoor",
    "WeChatPayTeller",
)
