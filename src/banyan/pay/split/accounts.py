"""Who is called how: the merchants and people behind accounts, and for whom somebody may act."""

from collections import defaultdict
from collections.abc import Sequence

from banyan.base.errors import Invalid
from banyan.books.work import Work
from banyan.parties.ids import MerchantId
from banyan.parties.merchants import find_merchants
from banyan.pay.payees import Scope, check_bound, find_payees_by_mchid
from banyan.pay.split.ports import PORTS
from banyan.pay.split.types import ReceiverKind

Called = tuple[ReceiverKind, int, str]
"""A kind, the channel of an openid, and the account."""


async def find_called(work: Work, called: Sequence[Called]) -> dict[Called, int]:
    """The merchant or person behind each account. Raises Invalid `split.unknown_account`."""
    mchids = [account for kind, _, account in called if kind is ReceiverKind.MERCHANT]
    payees = await find_payees_by_mchid(work.db, mchids) if mchids else {}
    openids: dict[int, list[str]] = defaultdict(list)
    for kind, channel_id, account in called:
        if kind is ReceiverKind.PERSON:
            openids[channel_id].append(account)
    found: dict[Called, int] = {}
    for channel_id, wanted in openids.items():
        people = await PORTS.find_people(work.db, channel_id, wanted)
        for openid, person_id in people.items():
            found[ReceiverKind.PERSON, channel_id, openid] = person_id
    for one in called:
        kind, _, account = one
        if kind is ReceiverKind.MERCHANT and account in payees:
            found[one] = int(payees[account].merchant_id)
        if one not in found:
            raise Invalid("split.unknown_account", account=account)
    return found


async def check_names(work: Work, names: Sequence[tuple[int, str]]) -> None:
    """Hold what merchants are believed to be called against what they are called.

    Raises Invalid `split.name_differs`.
    """
    merchants = await find_merchants(work.db, sorted({MerchantId(one) for one, _ in names}))
    for merchant_id, name in names:
        found = merchants.get(MerchantId(merchant_id))
        if found is None or found.name != name:
            raise Invalid("split.name_differs", name=name)


async def check_acting(work: Work, asker_id: int, *others: int) -> None:
    """Let a merchant act for itself, and a provider for those who want it to share.

    Raises Refusal `payees.not_bound`.
    """
    wanted = {one for one in others if one and one != asker_id}
    if wanted:
        await check_bound(work.db, asker_id, wanted, Scope.SHARE)
