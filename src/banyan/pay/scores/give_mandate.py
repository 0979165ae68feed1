"""Mandates as people see them: what they are asked for, gave, and end."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import Id
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.pay.scores import store
from banyan.pay.scores.keep_schemes import access_scheme
from banyan.pay.scores.mandates import close
from banyan.pay.scores.ports import PORTS
from banyan.pay.scores.rules import check_open
from banyan.pay.scores.telling import tell_mandate
from banyan.pay.scores.types import (
    Mandate,
    MandateGiven,
    MandateState,
    Scheme,
    SchemeId,
    Token,
)

_mandates_max = 100


class ReadAskedMandate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The mandate that this opens."""

    token: Token


class GiveMandate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let a scheme begin orders without asking me."""

    token: Token


class CloseMyMandate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have a scheme ask me again."""

    merchant_id: MerchantId
    scheme_id: SchemeId


class ListMyMandates(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List the mandates that I gave."""


class AskedMandate(msgspec.Struct, frozen=True, kw_only=True):
    """A mandate, and what it is for."""

    mandate: Mandate
    scheme: Scheme


class MyMandates(msgspec.Struct, frozen=True):
    """The mandates that somebody gave, the newest first."""

    items: list[AskedMandate]


@reading(permission=Permission.PERSON)
async def read_asked_mandate(work: Work, query: ReadAskedMandate) -> AskedMandate:
    """Return what one is asked for, or gave. Raises NotFound `scores.no_such_mandate`."""
    found = await store.find_mandate_by_token(work.db, query.token)
    if found is None or found.person_id not in {0, work.actor.person_id}:
        raise NotFound("scores.no_such_mandate")
    return AskedMandate(
        mandate=found, scheme=await access_scheme(work, found.merchant_id, found.scheme_id)
    )


@single(permission=Permission.PERSON)
async def give_mandate(work: Work, command: GiveMandate) -> Mandate:
    """Let a scheme begin orders without asking; given twice it is given once.

    Raises NotFound `scores.no_such_mandate`; Refusal `scores.owes`, `scores.mandate_given_already`,
    `scores.scheme_closed`.
    """
    found = await store.find_mandate_by_token(work.db, command.token, is_locked=True)
    person_id = int(work.actor.person_id)
    if found is None or found.person_id not in {0, person_id}:
        raise NotFound("scores.no_such_mandate")
    if found.state is MandateState.GIVEN:
        return found
    if found.state is MandateState.CLOSED:
        raise NotFound("scores.no_such_mandate")
    # Of one person's taps on two such pages, one waits here for the other.
    scheme = await access_scheme(work, found.merchant_id, found.scheme_id, is_locked=True)
    check_open(scheme)
    if not (await store.read_standing(work.db, person_id)).may_use:
        raise Refusal("scores.owes")
    if await store.lock_given(work.db, found.merchant_id, found.scheme_id, person_id):
        raise Refusal("scores.mandate_given_already")
    given = msgspec.structs.replace(
        found,
        person_id=Id(person_id),
        openid=await PORTS.name_openid(work, found.channel_id, person_id),
        state=MandateState.GIVEN,
        given_at=work.now,
        most_fen=scheme.risk_max_fen,
    )
    await store.set_mandate(work.db, given)
    await tell_mandate(work, given, "scores.mandate_given")
    work.record(
        MandateGiven(
            merchant_id=given.merchant_id,
            person_id=person_id,
            channel_id=given.channel_id,
            subject_id=given.mandate_id,
            scheme_id=given.scheme_id,
        )
    )
    return given


@single(permission=Permission.PERSON)
async def close_my_mandate(work: Work, command: CloseMyMandate) -> Mandate:
    """Have a scheme ask again before each order. Raises NotFound `scores.no_such_mandate`."""
    found = await store.lock_given(
        work.db, command.merchant_id, command.scheme_id, work.actor.person_id
    )
    if found is None:
        raise NotFound("scores.no_such_mandate")
    return await close(work, found, "")


@reading(permission=Permission.PERSON)
async def list_my_mandates(work: Work, query: ListMyMandates) -> MyMandates:  # noqa: ARG001 - whoever asks says whose
    """Return the mandates that one gave and that hold."""
    found = await store.list_mandates_of_person(work.db, work.actor.person_id, _mandates_max)
    schemes = await store.find_schemes(
        work.db, [one.merchant_id for one in found], [one.scheme_id for one in found]
    )
    return MyMandates(
        [AskedMandate(mandate=one, scheme=schemes[int(one.scheme_id)]) for one in found]
    )
