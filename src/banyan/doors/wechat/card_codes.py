"""The codes of cards: brought, asked about, checked off, changed, made invalid, opened."""

from __future__ import annotations

from typing import Any

import msgspec

from banyan.base.errors import Refusal
from banyan.commerce.cards import (
    CheckCodes,
    CodeReport,
    ConsumeCode,
    CountDeposits,
    DepositCodes,
    HolderStatus,
    ListHeld,
    OpenCode,
    ReadCode,
    UpdateCode,
    VoidCode,
    check_codes,
    consume_code,
    count_deposits,
    deposit_codes,
    list_held,
    open_code,
    read_code,
    update_code,
    void_code,
)
from banyan.doors.wechat.card_forms import (
    HOLDER_STATUSES,
    check_code,
    check_ref,
    render_window,
)
from banyan.doors.wechat.endpoint import Wire, endpoint
from banyan.doors.wechat.errors import WireError
from banyan.doors.wechat.openids import check_openid

_codes_max = 100
_sealed_max = 400


class CodesBody(msgspec.Struct, frozen=True, kw_only=True):
    """A call about a card and many codes."""

    card_id: str = ""
    code: list[str] = []


class CardBody(msgspec.Struct, frozen=True, kw_only=True):
    """A call about a card."""

    card_id: str = ""


class CodeBody(msgspec.Struct, frozen=True, kw_only=True):
    """A call about a code, of a card if that is named."""

    code: str = ""
    card_id: str | None = None
    check_consume: bool = True
    reason: str = ""


class UpdateBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/card/code/update`."""

    code: str = ""
    card_id: str = ""
    new_code: str = ""


class SealedBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/card/code/decrypt`."""

    encrypt_code: str = ""


class HolderBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/card/user/getcardlist`."""

    openid: str = ""
    card_id: str | None = None


@endpoint("POST", "/card/code/deposit")
async def deposit(wire: Wire, body: CodesBody) -> dict[str, object]:
    """Bring up to a hundred codes of one's own."""
    done = await wire.run(deposit_codes, _codes(wire, DepositCodes, body))
    return {"succ_code": done.fresh, "duplicate_code": done.known, "fail_code": []}


@endpoint("POST", "/card/code/getdepositcount")
async def getdepositcount(wire: Wire, body: CardBody) -> dict[str, object]:
    """How many of them are left."""
    query = wire.command(CountDeposits, ref=check_ref(body.card_id))
    return {"count": (await wire.run(count_deposits, query)).count}


@endpoint("POST", "/card/code/checkcode")
async def checkcode(wire: Wire, body: CodesBody) -> dict[str, object]:
    """Which of the codes were brought."""
    found = await wire.run(check_codes, _codes(wire, CheckCodes, body))
    return {"exist_code": found.known, "not_exist_code": found.missing}


@endpoint("POST", "/card/code/get")
async def get(wire: Wire, body: CodeBody) -> dict[str, object]:
    """One card in somebody's hands; one that can't be used is an error unless asked otherwise."""
    report = await wire.run(read_code, wire.command(ReadCode, **_name(body)))
    if body.check_consume:
        check_status(report)
    told: dict[str, Any] = {
        "card": {"card_id": report.ref, "code": report.held.code, **render_window(report)},
        "openid": report.held.openid,
        "can_consume": report.can_use,
        "user_card_status": HOLDER_STATUSES[report.status],
        "outer_str": report.held.outer_str,
    }
    if report.card.kind.is_member:
        told["membership_number"] = report.held.number
    return told


@endpoint("POST", "/card/code/consume")
async def consume(wire: Wire, body: CodeBody) -> dict[str, object]:
    """Check a card off, once."""
    done = await wire.run(consume_code, wire.command(ConsumeCode, **_name(body)))
    return {"card": {"card_id": done.ref}, "openid": done.openid}


@endpoint("POST", "/card/code/decrypt")
async def decrypt(wire: Wire, body: SealedBody) -> dict[str, object]:
    """Open the code that a page of the account was told."""
    if len(body.encrypt_code) > _sealed_max:
        raise WireError(40056, "invalid serial code")
    query = wire.command(OpenCode, sealed=body.encrypt_code)
    return {"code": (await wire.run(open_code, query)).code}


@endpoint("POST", "/card/code/update")
async def update(wire: Wire, body: UpdateBody) -> None:
    """Have a card under another code."""
    command = wire.command(
        UpdateCode,
        code=check_code(body.code),
        ref=check_ref(body.card_id),
        new_code=check_code(body.new_code),
    )
    await wire.run(update_code, command)


@endpoint("POST", "/card/code/unavailable")
async def unavailable(wire: Wire, body: CodeBody) -> None:
    """Make a card invalid."""
    await wire.run(void_code, wire.command(VoidCode, **_name(body)))


@endpoint("POST", "/card/user/getcardlist")
async def getcardlist(wire: Wire, body: HolderBody) -> dict[str, object]:
    """What a person could use of the account's cards."""
    ref = check_ref(body.card_id) if body.card_id else None
    query = wire.command(ListHeld, openid=check_openid(body.openid), ref=ref)
    found = (await wire.run(list_held, query)).items
    listed = [{"card_id": one.ref, "code": one.held.code} for one in found]
    return {"card_list": listed, "has_share_card": False}


def check_status(report: CodeReport) -> None:
    """Accept a card that its holder could use. Raises Refusal."""
    if report.status is HolderStatus.CONSUMED:
        raise Refusal("cards.consumed")
    if report.status is HolderStatus.EXPIRED:
        raise Refusal("cards.expired")
    if report.status is not HolderStatus.NORMAL:
        raise Refusal("cards.not_usable")


def _name(body: CodeBody) -> dict[str, Any]:
    ref = check_ref(body.card_id) if body.card_id else None
    return {"code": check_code(body.code), "ref": ref}


def _codes(wire: Wire, kind: Any, body: CodesBody) -> Any:  # noqa: ANN401 - a command of that kind
    if not 0 < len(body.code) <= _codes_max:
        raise WireError(40035, "invalid parameter: code")
    ref = check_ref(body.card_id)
    return wire.command(kind, ref=ref, codes=[check_code(one) for one in body.code])
