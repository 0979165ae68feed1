"""A day of an account at a provider: both sides, each difference, and what can be done."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date

import msgspec

from banyan.base.errors import Failure, NotFound
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.console.gateways import names
from banyan.doors.pages.console.inputs import find_day, parse_percent
from banyan.doors.pages.forms import Mistake, Wrong
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.pay.gateways import AttemptId, GatewayId, GatewayKind, StatementLine, ask_again
from banyan.pay.tallies import (
    ask_statement,
    give_statement,
    reopen_difference,
    set_agreed_fee,
    settle_difference,
)
from banyan.views.reconcile import Tally, read_tally
from banyan.wire.statements import BadStatement, parse_alipay, parse_wechatpay

_home = "/console/reconcile"
_one = f"{_home}/{{gateway_id}}/{{day}}"
_shown_max = 200
_bytes_max = 20 * 1024 * 1024
_body_bytes_max = _bytes_max + 100_000
_reading = asyncio.Lock()
_parsers = {GatewayKind.WECHATPAY: parse_wechatpay, GatewayKind.ALIPAY: parse_alipay}
_key = ("problem", "out_no", "out_refund_no", "here_fen", "there_fen")
_numbers = frozenset({"here_fen", "there_fen"})


@at_desk(Permission.FINANCE_READ)
async def show_tally(desk: Desk) -> Answer:
    """Both sides of a day, and each difference."""
    return await _show(desk, {})


@at_desk(Permission.FINANCE_WRITE)
async def fetch(desk: Desk) -> Answer:
    """Have the statement fetched."""
    said = mark("The statement is being fetched.")
    return await desk.act(ask_statement, _back(desk), said, **_own(desk))


@at_desk(Permission.FINANCE_WRITE)
async def take_file(desk: Desk) -> Answer:
    """Take in a statement that somebody downloaded from the provider."""
    tally = await _read(desk)
    try:
        lines = await _read_file(desk, tally)
        await desk.run(give_statement, **_own(desk), lines=lines)
    except Failure as failure:
        told = desk.mistakes(failure)
        errors = {name or "file": one for name, one in told.items()}
        return await _show(desk, errors, status=422)
    return desk.ask.go(_back(desk), mark("The statement is taken in."))


@at_desk(Permission.FINANCE_WRITE)
async def set_fee(desk: Desk) -> Answer:
    """Note what the provider may keep."""
    text = desk.ask.form.text("rate")
    try:
        rate_bp = parse_percent(text) if text else None
        await desk.run(set_agreed_fee, gateway_id=_gateway_id(desk), rate_bp=rate_bp)
    except Failure as failure:
        return await _show(desk, desk.mistakes(failure, {"rate_bp": "rate"}), status=422)
    return desk.ask.go(_back(desk), mark("Saved."))


@at_desk(Permission.FINANCE_WRITE)
async def ask(desk: Desk) -> Answer:
    """Have the provider asked about a payment."""
    attempt_id = desk.ask.id("attempt_id", AttemptId)
    said = mark("The provider is being asked.")
    return await desk.act(ask_again, _back(desk), said, attempt_id=attempt_id)


@at_desk(Permission.FINANCE_WRITE)
async def settle(desk: Desk) -> Answer:
    """Note how a difference was settled."""
    said = mark("Noted as settled.")
    note = desk.ask.form.text("note")
    return await desk.act(settle_difference, _back(desk), said, **_difference(desk), note=note)


@at_desk(Permission.FINANCE_WRITE)
async def reopen(desk: Desk) -> Answer:
    """Note that a difference is not settled after all."""
    said = mark("It counts as open again.")
    return await desk.act(reopen_difference, _back(desk), said, **_difference(desk))


async def _show(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    tally = await _read(desk)
    return await desk.page(
        "gateways/tally.html",
        status=status,
        tally=tally,
        differences=tally.differences[:_shown_max],
        is_cut=len(tally.differences) > _shown_max,
        day=_day(desk),
        home=_back(desk),
        names=names,
        errors=errors,
    )


async def _read(desk: Desk) -> Tally:
    return await desk.run(read_tally, **_own(desk), currency=desk.currency)


async def _read_file(desk: Desk, tally: Tally) -> list[StatementLine]:
    upload = desk.ask.form.file("file")
    if upload is None or not upload.content:
        raise Wrong({"file": Mistake(mark("Choose a file first"))})
    if len(upload.content) > _bytes_max:
        raise Wrong({"file": Mistake(mark("This file is too large."))})
    try:
        # One at a time: what a file holds takes many times its room.
        async with _reading:
            rows = await asyncio.to_thread(_parsers[tally.kind], upload.content)
    except BadStatement as error:
        told = mark("This is not the whole statement of this provider: {why}")
        raise Wrong({"file": Mistake(told, {"why": str(error)})}) from error
    return msgspec.convert(rows, list[StatementLine], from_attributes=True)


def _own(desk: Desk) -> dict[str, object]:
    return {"gateway_id": _gateway_id(desk), "day": f"{_day(desk)}"}


def _difference(desk: Desk) -> dict[str, object]:
    form = desk.ask.form
    told: dict[str, object] = {
        name: int(text) if name in _numbers and _is_number(text) else text
        for name in _key
        for text in [form.text(name)]
    }
    return told | {"gateway_id": _gateway_id(desk)}


def _is_number(text: str) -> bool:
    plain = text.removeprefix("-")
    return plain.isascii() and plain.isdigit() and len(plain) < 19  # noqa: PLR2004 - of 64 bits


def _gateway_id(desk: Desk) -> GatewayId:
    return desk.ask.id("gateway_id", GatewayId)


def _day(desk: Desk) -> date:
    day = find_day(desk.ask.values["day"])
    if day is None:
        raise NotFound("request.not_found")
    return day


def _back(desk: Desk) -> str:
    return f"{_home}/{_gateway_id(desk):d}/{_day(desk)}"


ROUTES = (
    PageRoute("GET", _one, show_tally),
    PageRoute("POST", f"{_one}/fetch", fetch),
    PageRoute("POST", f"{_one}/file", take_file, _body_bytes_max),
    PageRoute("POST", f"{_one}/fee", set_fee),
    PageRoute("POST", f"{_one}/ask/{{attempt_id}}", ask),
    PageRoute("POST", f"{_one}/settle", settle),
    PageRoute("POST", f"{_one}/reopen", reopen),
)
