"""Statements as WeChat Pay and Alipay give them to merchants: read, and checked to be whole."""

from banyan.wire.statements.alipay import parse_alipay
from banyan.wire.statements.packed import UNPACKED_MAX, gunzip
from banyan.wire.statements.row import BadStatement, Row
from banyan.wire.statements.wechatpay import parse_wechatpay

__all__ = ("UNPACKED_MAX", "BadStatement", "Row", "gunzip", "parse_alipay", "parse_wechatpay")
