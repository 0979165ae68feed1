"""Asks the real WeChat to do what accounts that act through it do here."""

from banyan.outside.wechat.errands import TryAgain
from banyan.outside.wechat.gateway import Gateway
from banyan.outside.wechat.runner import Runner

__all__ = ("Gateway", "Runner", "TryAgain")
