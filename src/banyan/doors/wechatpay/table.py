"""Every call that is answered, group by group, and all that servers are told."""

from __future__ import annotations

from types import ModuleType

from banyan.doors.wechatpay import (
    applyments,
    balances,
    batches,
    bills,
    bills_v2,
    brand_sharing,
    busifavor,
    busifavor_coupons,
    capital,
    charge_notices,
    circles,
    combined,
    complaints,
    fapiaos,
    favor,
    favor_coupons,
    favor_v2,
    goldplan,
    guides,
    orders_v2,
    papers,
    parkings,
    partner,
    partnerships,
    paygifts,
    pictures,
    platform_refunds,
    platform_sharing,
    receipts,
    redpackets,
    refunds,
    refunds_v2,
    scores,
    scores_bill,
    security,
    sharing,
    sharing_v2,
    subjects,
    subsidies,
    transactions,
    transfers,
    transfers_v2,
    violations,
)
from banyan.doors.wechatpay.endpoint import Endpoint, EndpointV2
from banyan.doors.wechatpay.notices import Rendering

GROUPS: tuple[ModuleType, ...] = (
    security,
    bills,
    bills_v2,
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
    transfers_v2,
    batches,
    receipts,
    redpackets,
    scores,
    scores_bill,
    complaints,
    violations,
    guides,
    parkings,
    goldplan,
    circles,
    fapiaos,
    transactions,
    partner,
    combined,
    refunds,
    charge_notices,
    orders_v2,
    refunds_v2,
    sharing,
    sharing_v2,
    brand_sharing,
    platform_sharing,
    platform_refunds,
    balances,
    applyments,
    subjects,
    papers,
    capital,
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
