"""With whom a merchant may share."""

from typing import Annotated

import msgspec

from banyan.base.errors import Invalid
from banyan.base.ids import NONE, Id
from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.base.text import LINE
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.ids import MerchantId
from banyan.pay.split import store
from banyan.pay.split.accounts import check_acting, check_names, find_called
from banyan.pay.split.rules import check_relation
from banyan.pay.split.types import Account, Receiver, ReceiverKind, ReceiverName, Relation


class AddReceiver(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let somebody be shared with."""

    merchant_id: MerchantId
    holder_id: MerchantId = MerchantId(0)
    """Whose receiver it is to be, if a provider asks for another."""
    kind: ReceiverKind
    account: Account
    channel_id: Id = NONE
    name: ReceiverName = ""
    relation: Relation
    custom_relation: Annotated[str, msgspec.Meta(max_length=10, pattern=LINE)] = ""


class DeleteReceiver(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Share with somebody no more."""

    merchant_id: MerchantId
    holder_id: MerchantId = MerchantId(0)
    kind: ReceiverKind
    account: Account
    channel_id: Id = NONE


class ListReceivers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: with whom a merchant may share."""

    merchant_id: MerchantId
    limit: Limit = 20
    cursor: Cursor | None = None


@single(permission=Permission.FINANCE_WRITE)
async def add_receiver(work: Work, command: AddReceiver) -> Receiver:
    """Add a receiver, and return it; added again, it is what was said last.

    A merchant must be named as it is called, so that no digit of its number is mistyped.

    Raises Invalid `split.unknown_account`, `split.unknown_relation`, `split.name_wanted`,
    `split.name_differs`, `split.is_self`; Refusal `payees.not_bound`.
    """
    holder_id = command.holder_id or command.merchant_id
    await check_acting(work, command.merchant_id, holder_id)
    check_relation(command.relation, command.custom_relation)
    called = (command.kind, int(command.channel_id), command.account)
    receiver_id = (await find_called(work, [called]))[called]
    if command.kind is ReceiverKind.MERCHANT:
        if receiver_id == holder_id:
            raise Invalid("split.is_self")
        if not command.name:
            raise Invalid("split.name_wanted")
        await check_names(work, [(receiver_id, command.name)])
    one = Receiver(
        merchant_id=holder_id,
        kind=command.kind,
        receiver_id=Id(receiver_id),
        channel_id=command.channel_id,
        account=command.account,
        relation=command.relation,
        custom_relation=command.custom_relation,
        added_at=work.now,
    )
    added_at = await store.add_receiver(work.db, one)
    return msgspec.structs.replace(one, added_at=added_at)


@single(permission=Permission.FINANCE_WRITE)
async def delete_receiver(work: Work, command: DeleteReceiver) -> None:
    """Forget a receiver; one that there is not is forgotten already.

    Raises Invalid `split.unknown_account`; Refusal `payees.not_bound`.
    """
    holder_id = command.holder_id or command.merchant_id
    await check_acting(work, command.merchant_id, holder_id)
    called = (command.kind, int(command.channel_id), command.account)
    receiver_id = (await find_called(work, [called]))[called]
    await store.delete_receiver(work.db, holder_id, command.kind, receiver_id)


@reading(permission=Permission.FINANCE_READ)
async def list_receivers(work: Work, query: ListReceivers) -> Page[Receiver]:
    """Return a page of receivers."""
    after = decode_id_cursor(query.cursor)
    rows = await store.list_receivers(work.db, query.merchant_id, after, query.limit + 1)
    return page_of(rows, query.limit, [one.receiver_id for one in rows])
