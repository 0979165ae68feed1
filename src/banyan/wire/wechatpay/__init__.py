"""What goes between payment programs and WeChat Pay: keys."""

from banyan.wire.wechatpay.keys import VALID_FOR, Pair, make_pair

__all__ = ("VALID_FOR", "Pair", "make_pair")
