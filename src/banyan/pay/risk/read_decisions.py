"""Reads what was decided of payments, and why."""

import msgspec

from banyan.base.ids import NONE
from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.books.work import Permission, Work, reading
from banyan.parties.ids import MerchantId, PersonId
from banyan.pay.risk import store
from banyan.pay.risk.types import Action, Decision

_newest = 2**63 - 1


class ListDecisions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was decided, of all payments or of some?"""

    payer_id: PersonId = PersonId(NONE)
    payee_id: MerchantId = MerchantId(NONE)
    action: Action | None = None
    limit: Limit = 20
    cursor: Cursor | None = None


@reading(permission=Permission.OPERATOR)
async def list_decisions(work: Work, query: ListDecisions) -> Page[Decision]:
    """Return decisions, the newest first. Raises Invalid `paging.bad_cursor`."""
    rows = await store.list_decisions(
        work.db,
        query.payer_id or None,
        query.payee_id or None,
        query.action.value if query.action else None,
        decode_id_cursor(query.cursor, _newest),
        query.limit + 1,
    )
    return page_of(rows, query.limit, [int(one.decision_id) for one in rows])
