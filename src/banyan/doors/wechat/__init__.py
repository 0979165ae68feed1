"""Speaks WeChat's own protocol to the programs of official accounts and mini programs."""

from banyan.doors.wechat.door import WeChatDoor
from banyan.doors.wechat.endpoint import Outside
from banyan.doors.wechat.known import PATHS, WORDS
from banyan.doors.wechat.remote import RemoteDoor
from banyan.doors.wechat.table import ENDPOINTS

__all__ = ("ENDPOINTS", "PATHS", "WORDS", "Outside", "RemoteDoor", "WeChatDoor")
