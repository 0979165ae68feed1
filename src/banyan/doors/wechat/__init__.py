"""Speaks WeChat's own protocol to the programs of official accounts and mini programs."""

from banyan.doors.wechat.door import WORDS, WeChatDoor
from banyan.doors.wechat.table import ENDPOINTS

__all__ = ("ENDPOINTS", "WORDS", "WeChatDoor")
