"""What a row of vouchers or of their stocks says."""

from typing import Any

from banyan.base import json
from banyan.base.ids import Id
from banyan.pay.vouchers.types import (
    Stock,
    StockId,
    StockState,
    Voucher,
    VoucherId,
    VoucherRule,
    VoucherState,
)


def stock_of(row: Any) -> Stock:  # noqa: ANN401 - a record of the driver
    """Return the stock of a row."""
    fields = {name: row[name] for name in Stock.__struct_fields__}
    return Stock(
        **{
            **fields,
            "merchant_id": Id(row["merchant_id"]),
            "belong_merchant_id": Id(row["belong_merchant_id"]),
            "stock_id": StockId(row["stock_id"]),
            "rule": json.decode(row["rule"], VoucherRule),
            "state": StockState(row["state"]),
        }
    )


def voucher_of(row: Any) -> Voucher:  # noqa: ANN401 - a record of the driver
    """Return the voucher of a row, which has its stock's columns too."""
    fields = {name: row[name] for name in Voucher.__struct_fields__}
    return Voucher(
        **{
            **fields,
            "merchant_id": Id(row["merchant_id"]),
            "sender_merchant_id": Id(row["sender_merchant_id"]),
            "stock_id": StockId(row["stock_id"]),
            "voucher_id": VoucherId(row["voucher_id"]),
            "rule": json.decode(row["rule"], VoucherRule),
            "state": VoucherState(row["state"]),
        }
    )
