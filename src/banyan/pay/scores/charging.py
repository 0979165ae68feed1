"""Makes a charge of what an order costs, and pays it from the person's wallet."""

from banyan.base.errors import Failure
from banyan.base.money import CNY
from banyan.books.ledger import read_available
from banyan.books.work import Work
from banyan.parties.ids import MerchantId, PersonId
from banyan.pay.charges import (
    Ask,
    Charge,
    CreateCharges,
    Facts,
    PayCharge,
    Protocol,
    Way,
    create_charges,
    pay_agreed,
)
from banyan.pay.passwords import ProofToken
from banyan.pay.risk import PASSWORD_NEEDED
from banyan.pay.scores.types import ScoreOrder
from banyan.pay.wallets import wallet_of


def subject_of(order_id: int) -> str:
    """What the pay password is given for, to pay what one owes for an order."""
    return f"scores.{order_id:d}"


async def charge_order(work: Work, order: ScoreOrder, proof: ProofToken) -> Charge | None:
    """Charge a person what an order costs, in one transaction.

    None if the wallet is short, or if such a payment is not let pass without the person: then the
    charge stays unpaid, and the next attempt makes another. If they are there and a password is
    needed, raises Refusal `risk.password_needed`.
    """
    if await read_wallet_fen(work, order) < order.total_fen:
        return None
    merchant_id = MerchantId(order.merchant_id)
    asked = await create_charges(
        work,
        CreateCharges(
            merchant_id=merchant_id,
            protocol=Protocol.WECHAT,
            way=Way.SCORE,
            asks=[
                Ask(
                    payee_id=merchant_id,
                    out_no=out_trade_no_of(order),
                    total_fen=order.total_fen,
                    channel_id=order.channel_id,
                    wanted_payer_id=PersonId(order.person_id),
                    is_shared=order.is_shared,
                    facts=Facts(
                        description=order.terms.introduction,
                        attach=order.terms.attach,
                        goods_tag=order.terms.goods_tag,
                    ),
                )
            ],
        ),
    )
    pay = PayCharge(token=asked.token, expected_total_fen=order.total_fen, proof=proof)
    paid = await pay_agreed(work, order.person_id, pay, subject=subject_of(order.order_id))
    if isinstance(paid, Failure):
        if paid.code.startswith("risk.") and paid.code != PASSWORD_NEEDED:
            return None
        raise paid
    return paid.charges[0]


async def read_wallet_fen(work: Work, order: ScoreOrder) -> int:
    """What the wallet holds that is to pay an order."""
    wallet = wallet_of(CNY, order.person_id).account_id
    return (await read_available(work.db, [wallet])).get(wallet, 0)


def out_trade_no_of(order: ScoreOrder) -> str:
    """What the next charge of an order is called: no number of the merchant's own."""
    return f"S{int(order.order_id)}T{order.tries}"
