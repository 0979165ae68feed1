"""People complain of what they paid; merchants answer, give money back, and are urged to."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.books.actor import Actor
from banyan.outside.storage import FolderFiles
from banyan.parties.merchants import MerchantId
from banyan.pay.charges import Charge, Protocol, RefundCharge, refund_charge
from banyan.pay.complaints import (
    PORTS,
    AddImage,
    AddMyImage,
    AnswerComplaint,
    AnswerRefund,
    ChangeAddress,
    Complain,
    Complaint,
    ComplaintState,
    CompleteComplaint,
    Grievance,
    Links,
    ListComplaints,
    ListComplaintsMade,
    ListMyComplaints,
    ListSteps,
    NameAddress,
    ReadAddress,
    ReadComplaint,
    ReadImage,
    ReadMyComplaint,
    ReadMyImage,
    RefundState,
    SayMore,
    StepKind,
    WithdrawComplaint,
    add_image,
    add_my_image,
    answer_complaint,
    answer_refund,
    change_address,
    complain,
    complete_complaint,
    list_complaints,
    list_complaints_made,
    list_my_complaints,
    list_steps,
    name_address,
    read_address,
    read_complaint,
    read_image,
    read_my_complaint,
    read_my_image,
    rules,
    say_more,
    withdraw_complaint,
)
from tests.kit.lending import PNG, TOLD_AT, pay_for_tea
from tests.kit.sales import balance
from tests.kit.world import World


def about(charge: Charge, **more: object) -> Complain:
    fields = {"problem": Grievance.REFUND, "told": "茶是凉的", "asked_fen": 500} | more
    return Complain(merchant_id=charge.merchant_id, charge_id=charge.charge_id, **fields)  # type: ignore[arg-type]


async def make(world: World, **more: object) -> Complaint:
    charge = await pay_for_tea(world)
    return await world.office.run(complain, about(charge, **more), world.as_person("lin"))


async def read(world: World, complaint: Complaint) -> Complaint:
    query = ReadComplaint(merchant_id=world.merchant_id, complaint_id=complaint.complaint_id)
    return (await world.office.run(read_complaint, query, world.owner)).complaint


async def kinds(world: World, complaint: Complaint) -> list[StepKind]:
    query = ListSteps(merchant_id=world.merchant_id, complaint_id=complaint.complaint_id)
    steps = await world.office.run(list_steps, query, world.owner)
    assert steps.total == len(steps.items)
    return [one.kind for one in reversed(steps.items)]


async def refund(world: World, complaint: Complaint, fen: int, number: str = "back-1") -> None:
    command = RefundCharge(
        merchant_id=world.merchant_id,
        protocol=Protocol.WECHAT,
        out_no=complaint.out_no,
        out_refund_no=number,
        refund_fen=fen,
    )
    await world.office.run(refund_charge, command, world.owner)
    await world.settle()


def named(world: World, complaint: Complaint) -> dict[str, object]:
    return {"merchant_id": world.merchant_id, "complaint_id": complaint.complaint_id}


async def test_a_complaint_is_answered_and_settled(world: World) -> None:
    made = await make(world)
    assert (made.state, made.has_unread, made.times) == (ComplaintState.PENDING, True, 1)
    answer = AnswerComplaint(
        **named(world, made),  # type: ignore[arg-type]
        told="马上为您重做",
        links=Links(url="https://tea.example/orders", url_text="查看订单"),
    )
    answered = await world.office.run(answer_complaint, answer, world.owner)
    assert (answered.state, answered.has_unread) == (ComplaintState.PROCESSING, False)
    lin = world.as_person("lin")
    more = SayMore(**named(world, made), told="好的")  # type: ignore[arg-type]
    assert (await world.office.run(say_more, more, lin)).has_unread
    done = CompleteComplaint(**named(world, made))  # type: ignore[arg-type]
    assert (
        await world.office.run(complete_complaint, done, world.owner)
    ).state is ComplaintState.PROCESSED
    await world.office.run(complete_complaint, done, world.owner)
    assert await kinds(world, made) == [
        StepKind.MADE,
        StepKind.MERCHANT_SAID,
        StepKind.PERSON_SAID,
        StepKind.COMPLETED,
    ]
    with pytest.raises(Refusal, match=r"complaints\.processed"):
        await world.office.run(say_more, more, lin)
    seen = await world.office.run(read_my_complaint, ReadMyComplaint(**named(world, made)), lin)  # type: ignore[arg-type]
    links = seen.items[2].links
    assert links is not None
    assert links.url_text == "查看订单"
    await world.check()


async def test_one_complaint_a_charge_that_may_go_on(world: World) -> None:
    made = await make(world, problem=Grievance.OTHER, asked_fen=0)
    lin = world.as_person("lin")
    again = Complain(
        merchant_id=world.merchant_id,
        charge_id=made.charge_id,  # type: ignore[arg-type]
        problem=Grievance.REFUND,
        told="还是要退",
        asked_fen=2_000,
    )
    with pytest.raises(Refusal, match=r"complaints\.under_way"):
        await world.office.run(complain, again, lin)
    done = CompleteComplaint(**named(world, made))  # type: ignore[arg-type]
    await world.office.run(complete_complaint, done, world.owner)
    outcomes = await asyncio.gather(
        *(world.office.run(complain, again, lin) for _ in range(4)), return_exceptions=True
    )
    went_on = [one for one in outcomes if isinstance(one, Complaint)]
    assert [(one.times, one.state) for one in went_on] == [(2, ComplaintState.PENDING)]
    mine = await world.office.run(list_my_complaints, ListMyComplaints(), lin)
    assert [one.times for one in mine.items] == [2]
    await world.check()


async def test_only_who_paid_complains_and_of_no_more_than_was_paid(world: World) -> None:
    charge = await pay_for_tea(world)
    chen = await world.person("chen")
    with pytest.raises(NotFound):
        await world.office.run(complain, about(charge), chen)
    lin = world.as_person("lin")
    with pytest.raises(Refusal, match=r"complaints\.asked_too_much"):
        await world.office.run(complain, about(charge, asked_fen=2_001), lin)
    with pytest.raises(Invalid, match=r"complaints\.nothing_asked"):
        await world.office.run(complain, about(charge, asked_fen=0), lin)
    page = await world.office.run(
        list_complaints, ListComplaints(merchant_id=world.merchant_id), world.owner
    )
    assert page.items == []


async def test_what_was_agreed_on_settles_it_when_it_is_given_back(world: World) -> None:
    made = await make(world)
    agree = AnswerRefund(**named(world, made), is_agreed=True, days=2)  # type: ignore[arg-type]
    agreed = await world.office.run(answer_refund, agree, world.owner)
    assert (agreed.state, agreed.refund_state) == (ComplaintState.PROCESSING, RefundState.AGREED)
    with pytest.raises(Refusal, match=r"complaints\.refund_answered"):
        await world.office.run(answer_refund, agree, world.owner)
    await refund(world, made, 200)
    assert (await read(world, made)).state is ComplaintState.PROCESSING
    await refund(world, made, 300, "back-2")
    settled = await read(world, made)
    assert (settled.state, settled.refunded_fen) == (ComplaintState.PROCESSED, 500)
    assert await balance(world, "lin") == 8_500
    assert await kinds(world, made) == [
        StepKind.MADE,
        StepKind.REFUND_AGREED,
        StepKind.REFUNDED_PART,
        StepKind.REFUNDED_PART,
    ]
    await world.check()


async def test_a_refusal_needs_a_reason_and_settles_it(world: World) -> None:
    made = await make(world)
    refuse = AnswerRefund(**named(world, made), is_agreed=False)  # type: ignore[arg-type]
    with pytest.raises(Invalid, match=r"complaints\.no_reason"):
        await world.office.run(answer_refund, refuse, world.owner)
    assert (await read(world, made)).refund_state is RefundState.NONE
    told = AnswerRefund(**named(world, made), is_agreed=False, told="已经喝完")  # type: ignore[arg-type]
    refused = await world.office.run(answer_refund, told, world.owner)
    assert (refused.state, refused.refund_state) == (
        ComplaintState.PROCESSED,
        RefundState.REFUSED,
    )
    await world.check()


async def test_whoever_does_not_answer_is_urged_each_day(world: World) -> None:
    made = await make(world)
    for _ in range(2):
        world.office.clock.offset += timedelta(hours=24, minutes=1)
        await world.settle()
    assert (await kinds(world, made)).count(StepKind.URGED) == 2
    withdraw = WithdrawComplaint(**named(world, made))  # type: ignore[arg-type]
    lin = world.as_person("lin")
    await world.office.run(withdraw_complaint, withdraw, lin)
    assert (await world.office.run(withdraw_complaint, withdraw, lin)).is_withdrawn
    world.office.clock.offset += timedelta(hours=25)
    await world.settle()
    assert (await kinds(world, made)).count(StepKind.URGED) == 2
    await world.check()


async def test_nobody_fills_the_house_with_pictures(world: World, tmp_path: Path) -> None:
    PORTS.connect(files=FolderFiles(tmp_path))
    await world.merchant()
    others = await world.merchant("别家", owner="hao")
    lin = await world.person("lin")

    async def bring(merchant_id: MerchantId) -> None:
        await world.office.run(add_my_image, AddMyImage(merchant_id=merchant_id, content=PNG), lin)

    for _ in range(rules.MY_IMAGES_DAY_MAX):
        await bring(world.merchant_id)
    for merchant_id in (world.merchant_id, others):
        with pytest.raises(Refusal, match=r"complaints\.too_many_images"):
            await bring(merchant_id)
    command = AddImage(merchant_id=world.merchant_id, content=PNG)
    await world.office.run(add_image, command, world.owner)
    await world.advance(timedelta(days=1, seconds=1))
    await bring(others)


async def test_pictures_are_seen_by_both_sides_and_nobody_else(
    world: World, tmp_path: Path
) -> None:
    PORTS.connect(files=FolderFiles(tmp_path))
    charge = await pay_for_tea(world)
    lin, chen = world.as_person("lin"), await world.person("chen")
    mine = await world.office.run(
        add_my_image, AddMyImage(merchant_id=world.merchant_id, content=PNG), lin
    )
    with pytest.raises(Invalid, match=r"complaints\.no_image"):
        await world.office.run(
            add_my_image, AddMyImage(merchant_id=world.merchant_id, content=b"<svg/>"), lin
        )
    with pytest.raises(Invalid, match=r"complaints\.no_such_image"):
        await world.office.run(complain, about(charge, images=["somebody-elses"]), lin)
    made = await world.office.run(complain, about(charge, images=[mine.image_id]), lin)
    theirs = await world.office.run(
        add_image, AddImage(merchant_id=world.merchant_id, content=PNG + b"2"), world.owner
    )

    async def look(actor: Actor, image_id: str) -> bytes:
        query = ReadMyImage(merchant_id=world.merchant_id, image_id=image_id)
        return (await world.office.run(read_my_image, query, actor)).content

    with pytest.raises(NotFound):
        await look(lin, theirs.image_id)
    answer = AnswerComplaint(
        **named(world, made),  # type: ignore[arg-type]
        told="这是新的茶",
        images=[theirs.image_id],
    )
    await world.office.run(answer_complaint, answer, world.owner)
    assert await look(lin, theirs.image_id) == PNG + b"2"
    with pytest.raises(NotFound):
        await look(chen, mine.image_id)
    query = ReadImage(merchant_id=world.merchant_id, image_id=mine.image_id)
    assert (await world.office.run(read_image, query, world.owner)).content == PNG
    listed = await world.office.run(
        list_complaints_made,
        ListComplaintsMade(
            merchant_id=world.merchant_id,
            since=world.now - timedelta(days=1),
            until=world.now + timedelta(days=1),
        ),
        world.owner,
    )
    assert (listed.total, listed.items[0].images) == (1, [mine.image_id])


async def test_a_server_is_told_where_the_merchant_says(world: World) -> None:
    await world.merchant()
    own = {"merchant_id": world.merchant_id}
    with pytest.raises(NotFound):
        await world.office.run(read_address, ReadAddress(**own), world.owner)
    await world.office.run(name_address, NameAddress(**own, url=f"{TOLD_AT}/1"), world.owner)
    with pytest.raises(Refusal, match=r"complaints\.address_known"):
        await world.office.run(name_address, NameAddress(**own, url=TOLD_AT), world.owner)
    await world.office.run(change_address, ChangeAddress(**own, url=TOLD_AT), world.owner)
    assert (await world.office.run(read_address, ReadAddress(**own), world.owner)).url == TOLD_AT
