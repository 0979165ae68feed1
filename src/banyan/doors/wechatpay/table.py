"""Every call that is answered, group by group, and all that servers are told."""

from __future__ import annotations

from types import ModuleType

from banyan.doors.wechatpay import (
    batches,
    busifavor,
    busifavor_coupons,
    circles,
    complaints,
    favor,
    favor_coupons,
    favor_v2,
    goldplan,
    guides,
    parkings,
    partnerships,
    paygifts,
    pictures,
    receipts,
    redpackets,
    scores,
    scores_bill,
    security,
    subsidies,
    transfers,
)
from banyan.doors.wechatpay.endpoint import Endpoint, EndpointV2
from banyan.doors.wechatpay.notices import Rendering

GROUPS: tuple[ModuleType, ...] = (
    security,
    favor,
    favor_coupons,
    favor_v2,
    busifavor,
    busifavor_coupons,
    subsidies,
    partnerships,
    paygifts,
    pictures,
    transfers,
    batches,
    receipts,
    redpackets,
    scores,
    scores_bill,
    complaints,
    guides,
    parkings,
    goldplan,
    circles,
)
"""The files of this folder that hold endpoints or renderings."""

ENDPOINTS: tuple[Endpoint, ...] = tuple(
    one for group in GROUPS for one in vars(group).values() if isinstance(one, Endpoint)
)
ENDPOINTS_V2: tuple[EndpointV2, ...] = tuple(
    one for group in GROUPS for one in vars(group).values() if isinstance(one, EndpointV2)
)
RENDERINGS: tuple[Rendering, ...] = tuple(
    one for group in GROUPS for one in vars(group).values() if isinstance(one, Rendering)
)
