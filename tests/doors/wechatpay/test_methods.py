"""How much of the SDK is answered: each method that can be, in both key modes."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from banyan.pay.payees import KeyMode
from tests.kit.answers import METHODS, MODES
from tests.kit.wechatpay import Shop

WANTED = 150
UNREACHABLE = {
    "business_parking_sync": "it calls `request` by a name that this does not have",
    "business_point_status": "it puts a whole address behind that of the host",
    "fapiao_download_file": "it wants a file to be signed as text, which no file is",
    "transfer_bill_receipt": "it calls `request` by a name that this does not have",
    "transfer_detail_receipt": "it calls `request` by a name that this does not have",
}
"""What fails within the SDK itself, whoever answers."""
REFUSED = {"abnormal_refund": "wallets take back what they paid: no refund ever fails here"}
"""What is answered by its documented error only."""
_leaving_out = {"skip", "skipif", "xfail", "slow", "browser"}


def _claims() -> Iterator[tuple[str, set[str], set[str]]]:
    """Each test that claims methods, these, and the other marks it bears."""
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            calls = [one for one in node.decorator_list if isinstance(one, ast.Call)]
            methods = {
                ast.literal_eval(argument)
                for call in calls
                if ast.unparse(call.func) == "answers"
                for argument in call.args
            }
            marks = {ast.unparse(one).split("(")[0].split(".")[-1] for one in node.decorator_list}
            if methods:
                yield f"{path.name}::{node.name}", methods, marks


CLAIMS = list(_claims())
CLAIMED = frozenset(name for _, methods, _ in CLAIMS for name in methods)


def test_what_the_sdk_offers_is_answered_in_both_key_modes() -> None:
    assert set(MODES) == {KeyMode.CERTIFICATE, KeyMode.PUBLIC_KEY}
    assert CLAIMED <= METHODS
    assert len(CLAIMED) >= WANTED
    assert UNREACHABLE.keys() | REFUSED.keys() == METHODS - CLAIMED


def test_whoever_claims_is_run() -> None:
    assert [test for test, _, marks in CLAIMS if marks & _leaving_out] == []


async def test_what_is_unreachable_fails_within_the_sdk(shop: Shop) -> None:
    calls: dict[str, tuple[object, ...]] = {
        "business_parking_sync": ("openid", 1, "粤B888888", "IN", "2026-11-22T12:00:00+08:00"),
        "business_point_status": ("openid", 1),
        "transfer_bill_receipt": ("batch1",),
        "transfer_detail_receipt": ("BATCH_TRANSFER", "detail1", "batch1"),
    }
    # How a file is fetched stands with the other calls about taxed invoices.
    assert calls.keys() == UNREACHABLE.keys() - {"fapiao_download_file"}
    for name, given in calls.items():
        with pytest.raises((TypeError, requests.exceptions.InvalidURL)):
            await asyncio.to_thread(getattr(shop.sdk, name), *given)
