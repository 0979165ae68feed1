"""Bills that programs download: a real file of a real day, which lasts half a minute."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta
from typing import Any

import httpx

from banyan.doors.alipay.endpoint import CHINA
from tests.doors.alipay.test_trades import show_code
from tests.kit.alipay import Program
from tests.kit.charges import open_till
from tests.kit.world import World

METHOD = "alipay.data.dataservice.bill.downloadurl.query"


async def fetch(url: str) -> dict[str, list[list[str]]]:
    """The sheets of a bill, without their remarks."""
    async with httpx.AsyncClient() as client:
        answer = await client.get(url)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        texts = {one: archive.read(one).decode("gbk") for one in archive.namelist()}
    return {
        name: [
            [cell.strip("\t") for cell in row]
            for row in csv.reader(line for line in text.splitlines() if not line.startswith("#"))
        ]
        for name, text in texts.items()
    }


async def ask(program: Program, kind: str, day: str) -> Any:  # noqa: ANN401 - JSON
    """Where a bill is."""
    sdk = program.sdk()
    told = await program.done(sdk.server_api, METHOD, {"bill_type": kind, "bill_date": day})
    return told["bill_download_url"]


async def test_a_days_trade_is_downloaded(world: World, program: Program) -> None:
    await open_till(world, "lin")
    sdk = program.sdk()
    for number, amount in (("B1", "10.00"), ("B2", "2.50")):
        code = await show_code(world, "lin")
        await program.done(
            sdk.api_alipay_trade_pay, number, "bar_code", code, "=茶", total_amount=amount
        )
    await program.done(sdk.api_alipay_trade_refund, "4.00", out_trade_no="B1", out_request_no="r:1")
    day = world.now.astimezone(CHINA).date()
    assert (
        await program.refused(
            sdk.server_api, METHOD, {"bill_type": "trade", "bill_date": day.isoformat()}
        )
        == "isp.bill_not_exist"
    )
    await world.advance(timedelta(days=1))
    url = await ask(program, "trade", day.isoformat())
    sheets = await fetch(url)
    (lines,) = [rows for name, rows in sheets.items() if name.endswith("业务明细.csv")]
    (sums,) = [rows for name, rows in sheets.items() if "汇总" in name]
    head, *rows = lines
    assert [(row[1], row[2], row[11], row[12]) for row in rows] == [
        ("B1", "交易", "10.00", "10.00"),
        ("B2", "交易", "2.50", "2.50"),
        ("B1", "退款", "-4.00", "-4.00"),
    ]
    assert rows[2][21] == "r:1"
    assert rows[0][3] == "'=茶"
    assert head[0] == "支付宝交易号"
    fees = sum(round(float(row[22]) * 100) for row in rows)
    assert sums[1][2:4] == ["2", "1"]
    assert sums[1][5] == "8.50"
    flow = await fetch(await ask(program, "signcustomer", day.isoformat()))
    (moves,) = flow.values()
    came = sum(round(float(row[6]) * 100) + round(float(row[7]) * 100) for row in moves[1:])
    assert came == 850 + fees
    assert round(float(moves[-1][8]) * 100) == came
    await world.advance(timedelta(seconds=31))
    async with httpx.AsyncClient() as client:
        assert (await client.get(url)).status_code == 403
        assert (await client.get(f"{program.url}/alipay-bill?token=00")).status_code == 403
        assert (await client.get(f"{program.url}/alipay-bill")).status_code == 403


async def test_a_month_is_downloaded_once_it_is_over(world: World, program: Program) -> None:
    await open_till(world, "lin")
    sdk = program.sdk()
    code = await show_code(world, "lin")
    await program.done(sdk.api_alipay_trade_pay, "M1", "bar_code", code, "茶", total_amount="1")
    month = f"{world.now.astimezone(CHINA):%Y-%m}"
    query = {"bill_type": "trade", "bill_date": month}
    assert await program.refused(sdk.server_api, METHOD, query) == "isp.bill_not_exist"
    await world.advance(timedelta(days=31))
    sheets = await fetch(await ask(program, "trade", month))
    (lines,) = [rows for name, rows in sheets.items() if name.endswith("业务明细.csv")]
    assert [row[1] for row in lines[1:]] == ["M1"]
    for wrong in ("", "2026", "2026-13", "20261101", "2026-11-1", "tomorrow"):
        told = await program.call(
            sdk.server_api, METHOD, {"bill_type": "trade", "bill_date": wrong}
        )
        assert told["sub_code"] == "isv.invalid-parameter", wrong
    told = await program.call(sdk.server_api, METHOD, {"bill_type": "x", "bill_date": month})
    assert told["sub_code"] == "isv.invalid-parameter"
