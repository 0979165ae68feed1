"""A scan: the hot way in, for people known and not yet known."""

from collections.abc import Sequence

import msgspec

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.books.work import Call, Permission, Work, plural
from banyan.commerce.places import rules, store
from banyan.commerce.places.store import Target, Touch
from banyan.commerce.places.types import (
    CodeToken,
    Device,
    PlaceTouched,
    TouchId,
    TouchResult,
    VisitorToken,
)


class RecordTouch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A code was scanned. Who scanned it is known if they are signed in."""

    token: CodeToken
    """What the code says after `/c/`."""
    visitor: VisitorToken
    """What the device remembers, to be known again when its holder signs in."""
    device: Device = ""


@plural(permission=Permission.PUBLIC, batch_max=256)
async def record_touches(
    work: Work, calls: Sequence[Call[RecordTouch]]
) -> Sequence[TouchResult | Failure]:
    """Write down who met which place when, and answer where the scan leads.

    Two statements a batch. Refuses a caller with NotFound `places.code_not_found` or Refusal
    `places.code_inactive`.
    """
    targets = await store.find_targets(work.db, {call.command.token for call in calls})
    outcomes: list[TouchResult | Failure] = []
    touches = []
    for call in calls:
        target = targets.get(call.command.token)
        if target is None:
            outcomes.append(NotFound("places.code_not_found"))
        elif not target.is_active:
            outcomes.append(Refusal("places.code_inactive"))
        else:
            touch = _touch(work, call, target)
            touches.append(touch)
            outcomes.append(_result(touch))
            _record(work, touch, call.index)
    if touches:
        await store.insert_touches(work.db, touches)
    return outcomes


def _touch(work: Work, call: Call[RecordTouch], target: Target) -> Touch:
    return Touch(
        target,
        TouchId(work.ids.next()),
        call.actor.person_id,
        rules.compute_visitor(call.command.visitor),
        call.command.device,
        call.at,
    )


def _result(touch: Touch) -> TouchResult:
    target = touch.target
    return TouchResult(
        touch_id=touch.touch_id,
        merchant_id=target.merchant_id,
        store_id=target.store_id,
        place_id=target.place_id,
        kind=target.kind,
        place_name=target.place_name,
        subject_id=target.subject_id,
        code_id=target.code_id,
        scene=target.scene,
    )


def _record(work: Work, touch: Touch, index: int) -> None:
    target = touch.target
    work.record(
        PlaceTouched(
            merchant_id=target.merchant_id,
            person_id=touch.person_id,
            store_id=target.store_id,
            code_id=target.code_id,
            subject_id=touch.touch_id,
            place_id=target.place_id,
            place_kind=target.kind,
            scene=target.scene,
            visitor=rules.compute_alias(touch.visitor_digest),
        ),
        index,
    )
