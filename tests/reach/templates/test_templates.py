"""Forms of accounts: taken, written, filled and sent; each message once, and only to followers."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.base.errors import Failure, Invalid, NotFound, Refusal
from banyan.books.actor import SYSTEM
from banyan.reach.blocks import block_people
from banyan.reach.channels import Channel, Unfollow, unfollow
from banyan.reach.templates import (
    SendTemplate,
    SentTemplate,
    Template,
    Value,
    WriteTemplate,
    delete_template,
    list_templates,
    read_own_industries,
    send_template,
    set_industries,
    take_template,
    write_template,
)
from banyan.reach.templates.library import read_industries, read_library
from banyan.reach.templates.rules import list_blanks, render_entry, render_form
from banyan.reach.templates.types import TEMPLATES_MAX
from tests.kit.loyalty import inbox, open_channel, second_office
from tests.kit.talks import at_desk, follower, my_talk
from tests.kit.world import World

FORM = "{{first.DATA}}\n取餐号：{{keyword1.DATA}}\n{{remark.DATA}}"


async def a_template(world: World, channel: Channel) -> Template:
    command = {"title": "取餐提醒", "content": FORM}
    template: Template = await at_desk(world, write_template, channel, world.owner, **command)
    return template


def message(
    world: World,
    channel: Channel,
    template_id: str,
    openid: str,
    **facts: Any,  # noqa: ANN401 - any field
) -> SendTemplate:
    given = {"values": {"keyword1": Value(value="A23")}}
    return SendTemplate(
        merchant_id=world.merchant_id,
        channel_id=channel.channel_id,
        template_id=template_id,
        openid=openid,
        **(given | facts),
    )


def test_the_library_is_sound() -> None:
    industries = read_industries()
    assert len(industries) == 41
    for entry in read_library().values():
        assert {0, *industries} >= set(entry.industries)
        assert 1 <= len(entry.example) <= 300
        form = render_entry(entry, [])
        assert list_blanks(form) == ["first", *entry.fields, "remark"]
        assert all(label in entry.example for label in entry.fields.values())


@given(st.dictionaries(st.sampled_from(["first", "keyword1", "remark"]), st.text(max_size=20)))
def test_filled_forms_have_no_blanks_and_no_empty_lines(texts: dict[str, str]) -> None:
    values = {name: Value(value=text) for name, text in texts.items()}
    if not any(text.strip() for text in texts.values()):
        with pytest.raises(Invalid):
            render_form(FORM, values)
        return
    body = render_form(FORM, values)
    assert all(line.strip() for line in body.splitlines())
    assert list_blanks(body) == [] or any("DATA" in text for text in texts.values())


async def test_a_message_arrives_with_its_blanks_filled(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    lin, openid = await follower(world, channel)
    template = await a_template(world, channel)
    start = await world.mark()
    values = {"first": Value(value="您的餐好了"), "keyword1": Value(value="A23", color="#f00")}
    command = message(
        world, channel, template.template_id, openid, values=values, link="https://tea.example"
    )
    await world.office.run(send_template, command, SYSTEM)
    assert await world.events(start) == ["templates.sent"]
    (notice,) = await inbox(world, lin)
    assert (notice.title, notice.body) == ("取餐提醒", "您的餐好了\n取餐号：A23")
    assert notice.link == "https://tea.example"
    (entry,) = (await my_talk(world, lin, channel)).items
    assert entry.notice is not None


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"openid": "o" * 28}, "unknown_openid"),
        ({"template_id": "nothing"}, "not_found"),
        ({"values": {}}, "nothing_given"),
        ({"values": {"other": Value(value="x")}}, "nothing_given"),
        ({"values": {"keyword1": Value(value="x" * 201)}}, "value_malformed"),
        ({"link": "javascript:alert(1)"}, "link_malformed"),
    ],
)
async def test_what_cannot_be_sent_is_refused(
    world: World, facts: dict[str, Any], code: str
) -> None:
    await world.merchant()
    channel = await open_channel(world)
    lin, openid = await follower(world, channel)
    template = await a_template(world, channel)
    sound = message(world, channel, template.template_id, openid)
    given = {name: getattr(sound, name) for name in sound.__struct_fields__} | facts
    with pytest.raises(Failure) as told:
        await world.office.run(send_template, SendTemplate(**given), SYSTEM)
    assert told.value.code == f"templates.{code}"
    assert await inbox(world, lin) == []


async def test_only_followers_who_are_not_blocked_get_it(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    lin, openid = await follower(world, channel)
    template = await a_template(world, channel)
    command = message(world, channel, template.template_id, openid)
    async with world.office.begin() as work:
        people = {openid: lin.person_id}
        await block_people(work, int(world.merchant_id), int(channel.channel_id), people)
    with pytest.raises(Refusal, match="blocked"):
        await world.office.run(send_template, command, SYSTEM)
    await world.office.run(unfollow, Unfollow(channel_id=channel.channel_id), lin)
    with pytest.raises(Refusal, match="not_following"):
        await world.office.run(send_template, command, SYSTEM)


async def test_rivals_under_one_name_send_one_message(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    lin, openid = await follower(world, channel)
    template = await a_template(world, channel)
    command = message(world, channel, template.template_id, openid, own_name="order-1")
    async with second_office(world) as other:
        offices = (world.office, other)
        sent: list[SentTemplate] = await asyncio.gather(
            *(offices[n % 2].run(send_template, command, SYSTEM) for n in range(10))
        )
    assert len({one.send_id for one in sent}) == 1
    assert len(await inbox(world, lin)) == 1
    await world.advance(timedelta(minutes=11))
    await world.office.run(send_template, command, SYSTEM)
    assert len(await inbox(world, lin)) == 2


async def test_templates_are_taken_written_and_deleted(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    taken: Template = await at_desk(
        world, take_template, channel, SYSTEM, short_id="OPENTM406161651", keywords=["取餐号"]
    )
    assert taken.content == "{{first.DATA}}\n取餐号：{{keyword1.DATA}}\n{{remark.DATA}}"
    assert len(taken.template_id) == 43
    with pytest.raises(NotFound, match="not_in_library"):
        await at_desk(world, take_template, channel, SYSTEM, short_id="TM99999")
    wrong = {"short_id": "TM00015", "keywords": ["心情"]}
    with pytest.raises(Invalid, match="no_such_keyword"):
        await at_desk(world, take_template, channel, SYSTEM, **wrong)
    with pytest.raises(Invalid, match="no_blank"):
        await at_desk(world, write_template, channel, SYSTEM, title="x", content="无变量")
    for _ in range(TEMPLATES_MAX - 1):
        await a_template(world, channel)
    with pytest.raises(Refusal, match="too_many"):
        await a_template(world, channel)
    gone = {"template_id": taken.template_id}
    await at_desk(world, delete_template, channel, SYSTEM, **gone)
    with pytest.raises(NotFound, match="not_found"):
        await at_desk(world, delete_template, channel, SYSTEM, **gone)
    assert len((await at_desk(world, list_templates, channel, SYSTEM)).items) == 24


async def test_rivals_add_no_more_than_there_may_be(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    command = WriteTemplate(
        merchant_id=world.merchant_id, channel_id=channel.channel_id, title="x", content=FORM
    )
    outcomes = await asyncio.gather(
        *(world.office.run(write_template, command, SYSTEM) for _ in range(30)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Template) for one in outcomes) == TEMPLATES_MAX


async def test_industries_change_once_a_month_and_choose_the_forms(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    none = await at_desk(world, read_own_industries, channel, SYSTEM)
    assert (none.primary, none.secondary) == (None, None)
    with pytest.raises(Invalid, match="no_such_industry"):
        await at_desk(world, set_industries, channel, SYSTEM, primary=42, secondary=1)
    done = await at_desk(world, set_industries, channel, SYSTEM, primary=10, secondary=31)
    assert done.primary.second_class == "餐饮"
    with pytest.raises(Refusal, match="industry_too_often"):
        await at_desk(world, set_industries, channel, SYSTEM, primary=16, secondary=17)
    with pytest.raises(Refusal, match="other_industry"):
        await at_desk(world, take_template, channel, SYSTEM, short_id="OPENTM400231951")
    taken = await at_desk(world, take_template, channel, SYSTEM, short_id="OPENTM406161651")
    assert (taken.primary_industry, taken.secondary_industry) == ("餐饮", "餐饮")
    await world.advance(timedelta(days=30))
    await at_desk(world, set_industries, channel, SYSTEM, primary=16, secondary=17)
