"""Schemes: what a merchant lets people use first and pay later."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import Id
from banyan.base.text import Name
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId
from banyan.pay.scores import store
from banyan.pay.scores.types import SCHEMES_MAX, Scheme, SchemeId

RiskMax = Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]


class OpenScheme(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let people use something first and pay later, up to so much an order."""

    merchant_id: MerchantId
    name: Name
    risk_max_fen: RiskMax


class ChangeScheme(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change what a scheme is called, how much an order may cost, and whether any may begin."""

    merchant_id: MerchantId
    scheme_id: SchemeId
    name: Name
    risk_max_fen: RiskMax
    is_open: bool = True


class ListSchemes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List a merchant's schemes."""

    merchant_id: MerchantId


class Schemes(msgspec.Struct, frozen=True):
    """A merchant's schemes, the oldest first."""

    items: list[Scheme]


@single(permission=Permission.MERCHANT_WRITE)
async def open_scheme(work: Work, command: OpenScheme) -> Scheme:
    """Open a scheme. Raises Refusal `scores.too_many_schemes`."""
    known = await store.list_schemes(work.db, command.merchant_id)
    if len(known) >= SCHEMES_MAX:
        raise Refusal("scores.too_many_schemes", schemes_max=SCHEMES_MAX)
    scheme = Scheme(
        merchant_id=Id(command.merchant_id),
        scheme_id=SchemeId(work.ids.next()),
        name=command.name,
        risk_max_fen=command.risk_max_fen,
        is_open=True,
        opened_at=work.now,
    )
    await store.insert_scheme(work.db, scheme)
    await _note(work, None, scheme)
    return scheme


@single(permission=Permission.MERCHANT_WRITE)
async def change_scheme(work: Work, command: ChangeScheme) -> Scheme:
    """Change a scheme; orders that are under way stay as they are.

    Raises NotFound `scores.no_such_scheme`.
    """
    before = await access_scheme(work, command.merchant_id, command.scheme_id, is_locked=True)
    after = msgspec.structs.replace(
        before,
        name=command.name,
        risk_max_fen=command.risk_max_fen,
        is_open=command.is_open,
    )
    await store.set_scheme(work.db, after)
    await _note(work, before, after)
    return after


@reading(permission=Permission.ORDERS_READ)
async def list_schemes(work: Work, query: ListSchemes) -> Schemes:
    """Return a merchant's schemes."""
    return Schemes(await store.list_schemes(work.db, query.merchant_id))


async def access_scheme(
    work: Work, merchant_id: int, scheme_id: int, *, is_locked: bool = False
) -> Scheme:
    """Return a merchant's scheme. Raises NotFound `scores.no_such_scheme`."""
    scheme = await store.find_scheme(work.db, merchant_id, scheme_id, is_locked=is_locked)
    if scheme is None:
        raise NotFound("scores.no_such_scheme")
    return scheme


async def _note(work: Work, before: Scheme | None, after: Scheme) -> None:
    await note_change(
        work,
        merchant_id=MerchantId(after.merchant_id),
        subject="scores.scheme",
        subject_id=after.scheme_id,
        before=before,
        after=after,
    )
