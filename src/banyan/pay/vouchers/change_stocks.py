"""Starts, pauses, restarts and stops stocks of vouchers."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.books.ledger import EMPTY, read_accounts
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.pay.vouchers import store
from banyan.pay.vouchers.accounts import (
    fund_of,
    funder_of,
    note_count,
    note_money,
    read_counts,
)
from banyan.pay.vouchers.create_stock import note_audit
from banyan.pay.vouchers.types import (
    Stock,
    StockId,
    StockPaused,
    StockRestarted,
    StockStarted,
    StockState,
    StockStopped,
    TransferCode,
)


class TurnStock(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Start, pause, restart or stop a stock."""

    merchant_id: MerchantId
    stock_id: StockId


class StartStock(TurnStock, frozen=True):
    """Put the money of a stock aside and give out its vouchers."""


class PauseStock(TurnStock, frozen=True):
    """Give out no vouchers of a stock for now."""


class RestartStock(TurnStock, frozen=True):
    """Give out vouchers of a paused stock again."""


class StopStock(TurnStock, frozen=True):
    """Give out no more vouchers of a stock, for good."""


async def _start(work: Work, command: TurnStock) -> Stock:
    before = await _lock(work, command)
    if before.state is StockState.RUNNING:
        return before
    if before.state is not StockState.UNACTIVATED:
        raise Refusal("vouchers.not_startable", state=before.state.value)
    if work.now >= before.ends_at:
        raise Refusal("vouchers.over")
    funded_fen = before.max_amount_fen if before.is_cash else 0
    after = msgspec.structs.replace(
        before, state=StockState.RUNNING, started_at=work.now, funded_fen=funded_fen
    )
    if funded_fen:
        fund, funder = fund_of(after.stock_id), funder_of(after.merchant_id)
        if not after.merchant_id and await _read_earned(work) < funded_fen:
            raise Refusal("vouchers.funds_short")
        work.open_account(fund)
        work.open_account(funder)
        note_money(
            work,
            funder,
            fund,
            funded_fen,
            TransferCode.FUNDED,
            cause=after.stock_id,
            refusal="vouchers.funds_short",
        )
    await _set(work, before, after)
    work.record(
        StockStarted(
            merchant_id=int(after.merchant_id),
            subject_id=int(after.stock_id),
            funded_fen=funded_fen,
        )
    )
    return after


async def _read_earned(work: Work) -> int:
    """What the platform has to give away; its account is not one that the ledger guards."""
    earned = funder_of(0).account_id
    return (await read_accounts(work.db, [earned])).get(earned, EMPTY).balance


async def _turn(work: Work, command: TurnStock, *, to: StockState) -> Stock:
    before = await _lock(work, command)
    if before.state is to:
        return before
    allowed = {StockState.RUNNING, StockState.PAUSED}
    if before.state not in allowed:
        raise Refusal("vouchers.not_running", state=before.state.value)
    after = msgspec.structs.replace(before, state=to)
    await _set(work, before, after)
    kind = StockPaused if to is StockState.PAUSED else StockRestarted
    work.record(kind(merchant_id=int(after.merchant_id), subject_id=int(after.stock_id)))
    return after


async def _stop(work: Work, command: TurnStock) -> Stock:
    before = await _lock(work, command)
    if before.state is StockState.STOPPED:
        return before
    # No rival sends while we count what is left.
    await store.lock_budgets(work.db, [before])
    counts = (await read_counts(work.db, [before]))[before.stock_id]
    returned_fen = counts.left * before.amount_fen if before.funded_fen else 0
    after = msgspec.structs.replace(
        before,
        state=StockState.STOPPED,
        stopped_at=work.now,
        returned_fen=before.returned_fen + returned_fen,
    )
    if counts.left:
        note_count(
            work,
            after.merchant_id,
            after.stock_id,
            TransferCode.EMPTIED,
            cause=after.stock_id,
            count=counts.left,
        )
    if returned_fen:
        note_money(
            work,
            fund_of(after.stock_id),
            funder_of(after.merchant_id),
            returned_fen,
            TransferCode.RETURNED,
            cause=after.stock_id,
        )
    await _set(work, before, after)
    work.record(
        StockStopped(
            merchant_id=int(after.merchant_id),
            subject_id=int(after.stock_id),
            returned_fen=returned_fen,
        )
    )
    return after


async def _lock(work: Work, command: TurnStock) -> Stock:
    stock = await store.lock_stock(work.db, command.merchant_id, command.stock_id)
    if stock is None:
        raise NotFound("vouchers.stock_not_found")
    return stock


async def _set(work: Work, before: Stock, after: Stock) -> None:
    await store.set_stock(work.db, after)
    await note_audit(work, before, after)


@single(permission=Permission.COUPONS_WRITE)
async def start_stock(work: Work, command: StartStock) -> Stock:
    """Let a stock give out vouchers, and put aside what all of them are worth.

    Raises NotFound `vouchers.stock_not_found`; Refusal `vouchers.not_startable`,
    `vouchers.over`; at the end `vouchers.funds_short`.
    """
    return await _start(work, command)


@single(permission=Permission.COUPONS_WRITE)
async def pause_stock(work: Work, command: PauseStock) -> Stock:
    """Let a stock give out none for now; those in people's hands stay good.

    Raises NotFound `vouchers.stock_not_found`; Refusal `vouchers.not_running`.
    """
    return await _turn(work, command, to=StockState.PAUSED)


@single(permission=Permission.COUPONS_WRITE)
async def restart_stock(work: Work, command: RestartStock) -> Stock:
    """Let a paused stock give out vouchers again.

    Raises NotFound `vouchers.stock_not_found`; Refusal `vouchers.not_running`.
    """
    return await _turn(work, command, to=StockState.RUNNING)


@single(permission=Permission.COUPONS_WRITE)
async def stop_stock(work: Work, command: StopStock) -> Stock:
    """Let a stock give out no more for good; the money of those never sent goes back at once.

    Raises NotFound `vouchers.stock_not_found`.
    """
    return await _stop(work, command)


@single(permission=Permission.OPERATOR)
async def start_platform_stock(work: Work, command: TurnStock) -> Stock:
    """Start a stock of the platform's out of the fees it earned; otherwise as `start_stock`."""
    return await _start(work, msgspec.structs.replace(command, merchant_id=MerchantId(0)))


@single(permission=Permission.OPERATOR)
async def stop_platform_stock(work: Work, command: TurnStock) -> Stock:
    """Stop a stock of the platform's; otherwise as `stop_stock`."""
    return await _stop(work, msgspec.structs.replace(command, merchant_id=MerchantId(0)))
