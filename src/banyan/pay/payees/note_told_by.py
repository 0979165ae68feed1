"""Notes by which of our pairs a payee's program knows us, while it changes over."""

import msgspec

from banyan.books.work import Permission, Work, single
from banyan.parties.ids import MerchantId
from banyan.pay.payees import store
from banyan.pay.payees.types import PlatformKind


class NoteToldBy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A payee's program has been answered by a pair of this kind."""

    merchant_id: MerchantId
    kind: PlatformKind


@single(permission=Permission.SYSTEM, is_answer_kept=False)
async def note_told_by(work: Work, command: NoteToldBy) -> None:
    """Let what the payee's server is told be signed by such a pair as well."""
    await store.set_told_by(work.db, int(command.merchant_id), command.kind)
