"""A person scans the fixed code of a cash desk and says how much they pay."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.books.work import Connection, Permission, Work, single
from banyan.commerce.desks import store
from banyan.commerce.desks.events import DeskAsked
from banyan.commerce.desks.types import DESK_MAX_FEN, Desk, DeskFen, Remark
from banyan.commerce.places import CodeToken, PlaceKind, find_targets
from banyan.parties.ids import PersonId
from banyan.parties.merchants import find_merchants
from banyan.pay.charges import Ask, Charge, CreateCharges, Facts, Way, create_charges


class AskAtDesk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: I want to pay so much at the desk with this code."""

    code: CodeToken
    """What the code says after `/c/`."""
    total_fen: DeskFen
    remark: Remark = ""


@single(permission=Permission.PERSON)
async def ask_at_desk(work: Work, command: AskAtDesk) -> Charge:
    """Return the charge that is then paid by its token, by the one who asked and nobody else.

    Nothing is paid by it. Left unpaid it closes by itself.

    Raises like `read_desk`.
    """
    desk = await access_desk(work.db, command.code)
    person_id = PersonId(work.actor.person_id)
    ask = Ask(
        payee_id=desk.merchant_id,
        out_no=f"desk{work.ids.next():d}",
        total_fen=command.total_fen,
        currency=desk.currency,
        wanted_payer_id=person_id,
        facts=Facts(
            description=desk.name,
            attach=command.remark,
            scene={"store_id": str(int(desk.store_id)), "place_id": str(int(desk.place_id))},
        ),
    )
    asking = CreateCharges(merchant_id=desk.merchant_id, way=Way.DESK, asks=[ask])
    (charge,) = (await create_charges(work, asking)).charges
    await store.insert_taking(
        work.db,
        store.Asked(
            merchant_id=int(desk.merchant_id),
            charge_id=int(charge.charge_id),
            store_id=int(desk.store_id),
            place_id=int(desk.place_id),
            code_id=int(desk.code_id),
            person_id=int(person_id),
            currency=desk.currency,
            total_fen=command.total_fen,
            remark=command.remark,
            asked_at=work.now,
        ),
    )
    work.record(
        DeskAsked(
            merchant_id=int(desk.merchant_id),
            person_id=int(person_id),
            store_id=int(desk.store_id),
            code_id=int(desk.code_id),
            subject_id=int(charge.charge_id),
            currency=desk.currency,
            total_fen=command.total_fen,
        )
    )
    return charge


async def access_desk(db: Connection, code: str) -> Desk:
    """The desk that a code hangs at.

    Raises NotFound `places.code_not_found`, Refusal `places.code_inactive`, `desks.no_desk`.
    """
    target = (await find_targets(db, {code})).get(code)
    if target is None:
        raise NotFound("places.code_not_found")
    if not target.is_active:
        raise Refusal("places.code_inactive")
    if target.kind is not PlaceKind.TILL:
        raise Refusal("desks.no_desk")
    merchant = (await find_merchants(db, [target.merchant_id]))[target.merchant_id]
    return Desk(
        merchant_id=target.merchant_id,
        store_id=target.store_id,
        place_id=target.place_id,
        code_id=target.code_id,
        name=target.place_name,
        shop_name=merchant.name,
        is_verified=merchant.is_verified,
        currency=merchant.currency,
        most_fen=DESK_MAX_FEN,
    )
