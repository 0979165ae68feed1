"""A campaign's coupons on the ledger: from the budget to the pool, to hands, to their end."""

from collections.abc import Iterable

from banyan.base.db import Connection
from banyan.books.ledger import EMPTY, Account, AccountFlag, read_accounts
from banyan.books.work import Work
from banyan.commerce.coupons.types import (
    AccountCode,
    Campaign,
    CampaignCounts,
    CampaignId,
    TransferCode,
)

_source_of = {
    TransferCode.FUNDED: AccountCode.BUDGET,
    TransferCode.CLAIMED: AccountCode.POOL,
    TransferCode.REDEEMED: AccountCode.HELD,
    TransferCode.EXPIRED: AccountCode.HELD,
    TransferCode.GIVEN_BACK: AccountCode.REDEEMED,
    TransferCode.VOIDED: AccountCode.HELD,
    TransferCode.UNFUNDED: AccountCode.POOL,
}
_target_of = {
    TransferCode.FUNDED: AccountCode.POOL,
    TransferCode.CLAIMED: AccountCode.HELD,
    TransferCode.REDEEMED: AccountCode.REDEEMED,
    TransferCode.EXPIRED: AccountCode.EXPIRED,
    TransferCode.GIVEN_BACK: AccountCode.HELD,
    TransferCode.VOIDED: AccountCode.VOIDED,
    TransferCode.UNFUNDED: AccountCode.BUDGET,
}
_refusal_of = {
    TransferCode.CLAIMED: "coupons.sold_out",
    TransferCode.UNFUNDED: "coupons.fewer_left",
}


def account_of(merchant_id: int, campaign_id: int, code: AccountCode) -> Account:
    """Return one of a campaign's accounts; none but the budget can be overdrawn."""
    flags = (
        AccountFlag.NONE
        if code is AccountCode.BUDGET
        else AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS
    )
    return Account(book=campaign_id, owner=merchant_id, code=code, flags=flags)


def open_accounts(work: Work, campaign: Campaign) -> None:
    """Have all accounts of a campaign."""
    for code in AccountCode:
        work.open_account(account_of(campaign.merchant_id, campaign.campaign_id, code))


def note_moved(  # noqa: PLR0913 - each names one thing about a transfer
    work: Work,
    merchant_id: int,
    campaign_id: int,
    code: TransferCode,
    *,
    cause: int,
    count: int = 1,
    index: int = 0,
) -> None:
    """Note that coupons go where `code` says; an empty pool refuses as `coupons.sold_out`."""
    work.move(
        book=campaign_id,
        debit=account_of(merchant_id, campaign_id, _source_of[code]).account_id,
        credit=account_of(merchant_id, campaign_id, _target_of[code]).account_id,
        amount=count,
        code=code,
        cause=cause,
        index=index,
        refusal=_refusal_of.get(code, ""),
    )


async def read_left(db: Connection, campaigns: Iterable[Campaign]) -> dict[CampaignId, int]:
    """Return how many coupons each pool has at this moment."""
    pools = {
        one.campaign_id: account_of(one.merchant_id, one.campaign_id, AccountCode.POOL).account_id
        for one in campaigns
    }
    sums = await read_accounts(db, pools.values())
    return {campaign_id: sums[pool].available for campaign_id, pool in pools.items()}


async def read_counts(
    db: Connection, campaigns: Iterable[Campaign]
) -> dict[CampaignId, CampaignCounts]:
    """Return what became of each campaign's coupons."""
    accounts = {
        (one.campaign_id, code): account_of(one.merchant_id, one.campaign_id, code).account_id
        for one in campaigns
        for code in AccountCode
    }
    sums = await read_accounts(db, accounts.values())
    return {
        one: CampaignCounts(
            left=sums[accounts[one, AccountCode.POOL]].balance,
            claimed=sums[accounts[one, AccountCode.POOL]].debits_posted,
            held=sums[accounts[one, AccountCode.HELD]].balance,
            redeemed=sums[accounts[one, AccountCode.REDEEMED]].balance,
            expired=sums[accounts[one, AccountCode.EXPIRED]].balance,
            voided=sums.get(accounts[one, AccountCode.VOIDED], EMPTY).balance,
        )
        for one in dict.fromkeys(campaign_id for campaign_id, _ in accounts)
    }
