"""Member cards: activated, updated, asked about; and what is written on tickets."""

from __future__ import annotations

from typing import Any

import msgspec

from banyan.commerce.cards import (
    ActivateCard,
    Answer,
    CardKind,
    HeldCard,
    ReadAnswers,
    ReadMemberInfo,
    SetForm,
    UpdateMemberCard,
    UpdateTicket,
    activate_card,
    read_answers,
    read_member_info,
    set_form,
    update_member_card,
    update_ticket,
)
from banyan.commerce.handouts import MakeShelf, ShelfKind, make_shelf
from banyan.doors.papers.posters import ORIGIN
from banyan.doors.wechat.card_forms import (
    HOLDER_STATUSES,
    Number,
    check_code,
    check_ref,
    instant_of,
)
from banyan.doors.wechat.endpoint import Wire, endpoint
from banyan.doors.wechat.errors import UNAUTHORIZED, WireError

_ticket_max = 64


class ActivateBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/card/membercard/activate`."""

    code: str = ""
    card_id: str | None = None
    membership_number: str = ""
    background_pic_url: str = ""
    activate_begin_time: Number | None = None
    activate_end_time: Number | None = None
    init_bonus: Number = 0
    init_balance: Number = 0
    init_custom_field_value1: str = ""
    init_custom_field_value2: str = ""
    init_custom_field_value3: str = ""


class NotifyPart(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the holder is told."""

    is_notify_bonus: bool = True


class UpdateBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/card/membercard/updateuser`."""

    code: str = ""
    card_id: str = ""
    background_pic_url: str | None = None
    bonus: Number | None = None
    add_bonus: Number = 0
    record_bonus: str = ""
    balance: Number | None = None
    add_balance: Number = 0
    custom_field_value1: str | None = None
    custom_field_value2: str | None = None
    custom_field_value3: str | None = None
    notify_optional: NotifyPart = NotifyPart()


class HeldBody(msgspec.Struct, frozen=True, kw_only=True):
    """A call about one card."""

    code: str = ""
    card_id: str = ""


class UrlBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/card/membercard/activate/geturl`."""

    card_id: str = ""
    outer_str: str | None = None


class TicketBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/card/membercard/activatetempinfo/get`."""

    activate_ticket: str = ""


class FieldPart(msgspec.Struct, frozen=True, kw_only=True):
    """A question with choices."""

    type: str = ""
    name: str = ""
    values: list[str] = []


class FormPart(msgspec.Struct, frozen=True, kw_only=True):
    """Questions that must, or may, be answered."""

    can_modify: bool = False
    rich_field_list: list[FieldPart] = []
    common_field_id_list: list[str] = []
    custom_field_list: list[str] = []


class LinkPart(msgspec.Struct, frozen=True, kw_only=True):
    """A link of the form."""

    name: str = ""
    url: str = ""


class FormBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/card/membercard/activateuserform/set`."""

    card_id: str = ""
    service_statement: LinkPart = LinkPart()
    bind_old_card: LinkPart = LinkPart()
    required_form: FormPart = FormPart()
    optional_form: FormPart = FormPart()


class MovieBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/card/movieticket/updateuser`."""

    code: str = ""
    card_id: str | None = None
    ticket_class: str = ""
    screening_room: str = ""
    show_time: Number = 0
    duration: Number = 0
    seat_number: list[str] = []


class MeetingBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/card/meetingticket/updateuser`."""

    code: str = ""
    card_id: str | None = None
    begin_time: Number = 0
    end_time: Number = 0
    zone: str = ""
    entrance: str = ""
    seat_number: str = ""


class FlightBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/card/boardingpass/checkin`."""

    code: str = ""
    card_id: str | None = None
    etkt_bnr: str = ""
    passenger_class: str = msgspec.field(name="class", default="")
    passenger_name: str = ""
    seat: str = ""
    gate: str = ""
    boarding_time: Number | str | None = None
    qrcode_data: str = ""
    is_cancel: bool = False


@endpoint("POST", "/card/membercard/activate")
async def activate(wire: Wire, body: ActivateBody) -> None:
    """Let a member card be used, under the merchant's number."""
    if body.init_balance:
        raise UNAUTHORIZED  # what a member stores with a merchant is no part of a card here
    if not body.membership_number:
        raise WireError(41011, "missing required fields: membership_number")
    ends = {
        name: instant_of(seconds)
        for name, seconds in (
            ("active_from", body.activate_begin_time),
            ("active_until", body.activate_end_time),
        )
        if seconds is not None
    }
    command = wire.command(
        ActivateCard,
        code=check_code(body.code),
        ref=check_ref(body.card_id) if body.card_id else None,
        number=body.membership_number,
        background_url=body.background_pic_url,
        bonus=body.init_bonus,
        custom_values=[
            body.init_custom_field_value1,
            body.init_custom_field_value2,
            body.init_custom_field_value3,
        ],
        **ends,
    )
    await wire.run(activate_card, command)


@endpoint("POST", "/card/membercard/updateuser")
async def updateuser(wire: Wire, body: UpdateBody) -> dict[str, object]:
    """Change the points and words of a member card; a total that is told twice adds nothing."""
    if body.balance or body.add_balance:
        raise UNAUTHORIZED
    command = wire.command(
        UpdateMemberCard,
        code=check_code(body.code),
        ref=check_ref(body.card_id),
        bonus=body.bonus,
        bonus_added=body.add_bonus,
        record=body.record_bonus,
        background_url=body.background_pic_url,
        custom_values=[
            body.custom_field_value1,
            body.custom_field_value2,
            body.custom_field_value3,
        ],
        is_told=body.notify_optional.is_notify_bonus,
    )
    done = await wire.run(update_member_card, command)
    return {"result_bonus": done.bonus, "result_balance": 0, "openid": done.openid}


@endpoint("POST", "/card/membercard/userinfo/get")
async def get_userinfo(wire: Wire, body: HeldBody) -> dict[str, object]:
    """A member card with its holder."""
    query = wire.command(ReadMemberInfo, code=check_code(body.code), ref=check_ref(body.card_id))
    info = await wire.run(read_member_info, query)
    held: HeldCard = info.report.held
    return {
        "openid": held.openid,
        "nickname": info.nickname,
        "membership_number": held.number,
        "bonus": info.bonus,
        "balance": 0,
        "sex": "UNKNOWN",
        "user_info": {
            "common_field_list": render_answers(held.facts.common_answers),
            "custom_field_list": render_answers(held.facts.own_answers),
        },
        "user_card_status": HOLDER_STATUSES[info.report.status],
        "has_active": held.activated_at is not None,
    }


@endpoint("POST", "/card/membercard/activateuserform/set")
async def set_activate_form(wire: Wire, body: FormBody) -> None:
    """Ask whoever activates a member card these questions."""
    command = wire.command(
        SetForm,
        ref=check_ref(body.card_id),
        form={
            "statement": msgspec.to_builtins(body.service_statement),
            "old_card": msgspec.to_builtins(body.bind_old_card),
            "required": _form_part(body.required_form),
            "optional": _form_part(body.optional_form),
        },
    )
    await wire.run(set_form, command)


@endpoint("POST", "/card/membercard/activate/geturl")
async def geturl(wire: Wire, body: UrlBody) -> dict[str, object]:
    """A link by which a member card is taken and activated in one go."""
    item = {"ref": check_ref(body.card_id), "outer_str": body.outer_str or ""}
    command = wire.command(MakeShelf, kind=ShelfKind.ACTIVATION.value, items=[item])
    return {"url": ORIGIN.shelf_link((await wire.run(make_shelf, command)).token)}


@endpoint("POST", "/card/membercard/activatetempinfo/get")
async def get_tempinfo(wire: Wire, body: TicketBody) -> dict[str, object]:
    """What a holder answered, by the ticket that they came with."""
    if not body.activate_ticket or len(body.activate_ticket) > _ticket_max:
        raise WireError(40097, "invalid args: activate_ticket")
    found = await wire.run(read_answers, wire.command(ReadAnswers, ticket=body.activate_ticket))
    return {
        "info": {
            "common_field_list": render_answers(found.common),
            "custom_field_list": render_answers(found.own),
        }
    }


@endpoint("POST", "/card/movieticket/updateuser")
async def update_movie(wire: Wire, body: MovieBody) -> None:
    """Write a show and its seats on a film ticket."""
    facts = {
        "ticket_class": body.ticket_class,
        "screening_room": body.screening_room,
        "show_time": body.show_time,
        "duration": body.duration,
        "seat_number": body.seat_number,
    }
    await _write_ticket(wire, body.code, body.card_id, CardKind.MOVIE_TICKET, facts)


@endpoint("POST", "/card/meetingticket/updateuser")
async def update_meeting(wire: Wire, body: MeetingBody) -> None:
    """Write time and place on a ticket of a meeting."""
    facts = {
        "begin_time": body.begin_time,
        "end_time": body.end_time,
        "zone": body.zone,
        "entrance": body.entrance,
        "seat_number": body.seat_number,
    }
    await _write_ticket(wire, body.code, body.card_id, CardKind.MEETING_TICKET, facts)


@endpoint("POST", "/card/boardingpass/checkin")
async def checkin(wire: Wire, body: FlightBody) -> None:
    """Write seat and gate on a boarding pass, or that it is cancelled."""
    facts = {
        "passenger_name": body.passenger_name,
        "class": body.passenger_class,
        "etkt_bnr": body.etkt_bnr,
        "seat": body.seat,
        "gate": body.gate,
        "boarding_time": body.boarding_time,
        "qrcode_data": body.qrcode_data,
        "is_cancel": body.is_cancel,
    }
    await _write_ticket(wire, body.code, body.card_id, CardKind.BOARDING_PASS, facts)


def render_answers(answers: list[Answer]) -> list[dict[str, str]]:
    """Answers as programs read them."""
    return [{"name": one.name, "value": one.value} for one in answers]


async def _write_ticket(
    wire: Wire, code: str, card_id: str | None, kind: CardKind, facts: dict[str, Any]
) -> None:
    told = {name: value for name, value in facts.items() if value is not None}
    command = wire.command(
        UpdateTicket,
        code=check_code(code),
        ref=check_ref(card_id) if card_id else None,
        kind=kind.value,
        facts=told,
    )
    await wire.run(update_ticket, command)


def _form_part(part: FormPart) -> dict[str, Any]:
    fields: list[dict[str, Any]] = [
        {
            "name": one.name,
            "choices": one.values,
            "is_many": one.type == "FORM_FIELD_CHECK_BOX",
            "style": one.type,
        }
        for one in part.rich_field_list
    ]
    fields += [{"name": name} for name in part.custom_field_list]
    return {"may_modify": part.can_modify, "common": part.common_field_id_list, "own": fields}
