"""Template messages: what an account does, its forms, and sending one to a follower."""

from __future__ import annotations

import msgspec

from banyan.doors.wechat.endpoint import Wire, endpoint
from banyan.reach.channels import ChannelKind
from banyan.reach.templates import (
    DeleteTemplate,
    Industry,
    ListTemplates,
    ReadIndustries,
    SendTemplate,
    SetIndustries,
    TakeTemplate,
    Value,
    delete_template,
    list_templates,
    read_own_industries,
    send_template,
    set_industries,
    take_template,
)

_serving = frozenset({ChannelKind.SERVICE})
"""Template messages are for service accounts."""


class IndustryBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/cgi-bin/template/api_set_industry`."""

    industry_id1: int = 0
    industry_id2: int = 0


class TakeBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/cgi-bin/template/api_add_template`."""

    template_id_short: str = ""
    keyword_name_list: list[str] = []


class TemplateBody(msgspec.Struct, frozen=True, kw_only=True):
    """A template."""

    template_id: str = ""


class ValuePart(msgspec.Struct, frozen=True, kw_only=True):
    """What goes into a blank; numbers are taken as well."""

    value: str | int | float = ""
    color: str | None = None


class PagePart(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a mini program."""

    appid: str = ""
    pagepath: str | None = None


class SendTemplateBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/cgi-bin/message/template/send`."""

    touser: str = ""
    template_id: str = ""
    url: str | None = None
    miniprogram: PagePart | None = None
    client_msg_id: str | None = None
    data: dict[str, ValuePart] = {}


@endpoint("POST", "/cgi-bin/template/api_set_industry", kinds=_serving)
async def api_set_industry(wire: Wire, body: IndustryBody) -> None:
    """Say what the account does; once in thirty days."""
    command = SetIndustries(**wire.own, primary=body.industry_id1, secondary=body.industry_id2)
    await wire.run(set_industries, command)


@endpoint("GET", "/cgi-bin/template/get_industry", kinds=_serving)
async def get_industry(wire: Wire) -> dict[str, object]:
    """What the account does."""
    found = await wire.run(read_own_industries, ReadIndustries(**wire.own))
    return {
        "primary_industry": _classes(found.primary),
        "secondary_industry": _classes(found.secondary),
    }


@endpoint("POST", "/cgi-bin/template/api_add_template", kinds=_serving)
async def api_add_template(wire: Wire, body: TakeBody) -> dict[str, str]:
    """Take a form of the library."""
    command = TakeTemplate(
        **wire.own, short_id=body.template_id_short, keywords=body.keyword_name_list
    )
    return {"template_id": (await wire.run(take_template, command)).template_id}


@endpoint("GET", "/cgi-bin/template/get_all_private_template", kinds=_serving)
async def get_all_private_template(wire: Wire) -> dict[str, object]:
    """The account's forms."""
    found = await wire.run(list_templates, ListTemplates(**wire.own))
    return {
        "template_list": [
            {
                "template_id": one.template_id,
                "title": one.title,
                "primary_industry": one.primary_industry,
                "deputy_industry": one.secondary_industry,
                "content": one.content,
                "example": one.example,
            }
            for one in found.items
        ]
    }


@endpoint("POST", "/cgi-bin/template/del_private_template", kinds=_serving)
async def del_private_template(wire: Wire, body: TemplateBody) -> None:
    """Delete a form."""
    await wire.run(delete_template, DeleteTemplate(**wire.own, template_id=body.template_id))


@endpoint("POST", "/cgi-bin/message/template/send", daily_max=100_000, kinds=_serving)
async def send(wire: Wire, body: SendTemplateBody) -> dict[str, int]:
    """Send a filled form to a follower; the account's server hears when it has arrived."""
    page = body.miniprogram or PagePart()
    command = SendTemplate(
        **wire.own,
        openid=body.touser,
        template_id=body.template_id,
        values={
            name: Value(value=str(one.value), color=one.color or "")
            for name, one in body.data.items()
        },
        link=body.url or "",
        appid=page.appid,
        pagepath=page.pagepath or "",
        own_name=body.client_msg_id or "",
    )
    return {"msgid": int((await wire.run(send_template, command)).send_id)}


def _classes(industry: Industry | None) -> dict[str, str]:
    if industry is None:
        return {"first_class": "", "second_class": ""}
    return {"first_class": industry.first_class, "second_class": industry.second_class}
