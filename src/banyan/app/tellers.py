"""Who puts into words what merchants' servers are told: one for each protocol."""

from __future__ import annotations

from collections.abc import Mapping

from banyan.app.build import Building
from banyan.app.platform_keys import Platform
from banyan.doors.alipay import AlipayTeller
from banyan.doors.wechatpay import RENDERINGS, Directory, WeChatPayTeller
from banyan.pay.notifications import Protocol, Teller


def build_tellers(building: Building) -> Mapping[Protocol, Teller]:
    """The tellers over a building."""
    directory = Directory(building.office, Platform(building.office))
    tellers: dict[Protocol, Teller] = {
        protocol: WeChatPayTeller(protocol, RENDERINGS, directory)
        for protocol in (Protocol.WECHAT, Protocol.WECHAT_V2)
    }
    return tellers | {Protocol.ALIPAY: AlipayTeller(building.office)}
