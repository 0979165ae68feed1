"""What a row of coupons, of their stocks or of subsidies says."""

from datetime import date
from typing import Any

from banyan.base import json
from banyan.base.ids import Id
from banyan.pay.busifavors.types import (
    CodeMode,
    CouponKind,
    CouponRule,
    CouponState,
    CouponStock,
    CouponStockId,
    HeldCoupon,
    HeldCouponId,
    Subsidy,
    SubsidyId,
)


def stock_of(row: Any, day_on: date) -> CouponStock:  # noqa: ANN401 - a record of the driver
    """Return the stock of a row; `day_on` is today."""
    return CouponStock(
        merchant_id=Id(row["merchant_id"]),
        stock_id=CouponStockId(row["stock_id"]),
        belong_merchant_id=Id(row["belong_merchant_id"]),
        name=row["name"],
        comment=row["comment"],
        goods_name=row["goods_name"],
        kind=CouponKind(row["kind"]),
        amount_fen=row["amount_fen"],
        percent=row["percent"],
        minimum_fen=row["minimum_fen"],
        code_mode=CodeMode(row["code_mode"]),
        max_count=row["max_count"],
        max_by_day=row["max_by_day"],
        max_by_person=row["max_by_person"],
        rule=json.decode(row["rule"], CouponRule),
        words=row["words"],
        is_subsidised=row["is_subsidised"],
        begins_at=row["begins_at"],
        ends_at=row["ends_at"],
        created_at=row["created_at"],
        sent_count=row["sent_count"],
        today_count=row["day_count"] if row["day_on"] == day_on else 0,
    )


def coupon_of(row: Any, day_on: date) -> HeldCoupon:  # noqa: ANN401 - a record of the driver
    """Return the coupon of a row, which has its stock's columns too."""
    return HeldCoupon(
        coupon_id=HeldCouponId(row["coupon_id"]),
        stock=stock_of(row, day_on),
        code=row["code"],
        person_id=row["person_id"],
        channel_id=row["channel_id"],
        sender_merchant_id=Id(row["sender_merchant_id"]),
        request_no=row["request_no"],
        state=CouponState(row["state"]),
        sent_at=row["sent_at"],
        usable_from=row["usable_from"],
        usable_until=row["usable_until"],
        used_at=row["used_at"],
        use_request_no=row["use_request_no"],
        deactivated_at=row["deactivated_at"],
        out_no=row["out_no"],
    )


def subsidy_of(row: Any) -> Subsidy:  # noqa: ANN401 - a record of the driver
    """Return the subsidy of a row."""
    return Subsidy(
        merchant_id=Id(row["merchant_id"]),
        subsidy_id=SubsidyId(row["subsidy_id"]),
        payee_id=Id(row["payee_id"]),
        stock_id=CouponStockId(row["stock_id"]),
        code=row["code"],
        transaction_no=row["transaction_no"],
        amount_fen=row["amount_fen"],
        returned_fen=row["returned_fen"],
        description=row["description"],
        out_no=row["out_no"],
        paid_at=row["paid_at"],
    )
