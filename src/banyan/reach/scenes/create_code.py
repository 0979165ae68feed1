"""Makes the accounts' own codes."""

from datetime import timedelta
from typing import Annotated

import msgspec

from banyan.base.errors import Refusal
from banyan.base.text import LINE, OptionalName
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, access_own
from banyan.reach.scenes import store
from banyan.reach.scenes.ports import draw
from banyan.reach.scenes.rules import (
    CHANCE_BYTES,
    check_life,
    check_scene,
    render_ticket,
    render_token,
)
from banyan.reach.scenes.types import (
    KEPT,
    LASTING_MAX,
    LIFE_MAX,
    NUMBER_MAX,
    SceneCode,
    SceneCodeId,
    SceneCreated,
)

LifeSeconds = Annotated[int, msgspec.Meta(ge=1, le=int(LIFE_MAX.total_seconds()))]


class CreateSceneCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have a code of the account that carries a number or a text."""

    merchant_id: MerchantId
    channel_id: ChannelId
    number: Annotated[int, msgspec.Meta(ge=0, le=NUMBER_MAX)] = 0
    text: Annotated[str, msgspec.Meta(max_length=64, pattern=LINE)] = ""
    life_s: LifeSeconds | None = None
    """How long it works; null for ever."""
    name: OptionalName = ""


@single(permission=Permission.CHANNELS_WRITE)
async def create_scene_code(work: Work, command: CreateSceneCode) -> SceneCode:
    """Make a code. One that lasts is made once for each parameter, and then found again.

    Raises NotFound `channels.not_found`; Invalid `scenes.one_parameter`,
    `scenes.number_out_of_range`, `scenes.text_malformed`, `scenes.life_out_of_range`; Refusal
    `scenes.too_many`.
    """
    is_lasting = command.life_s is None
    check_scene(command.number, command.text, is_lasting=is_lasting)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    expires_at = None
    if command.life_s is None:
        count = await store.lock_book(work.db, channel.channel_id)
        known = await store.find_lasting(work.db, channel.channel_id, command.number, command.text)
        if known is not None:
            return known
        if count >= LASTING_MAX:
            raise Refusal("scenes.too_many", codes_max=LASTING_MAX)
    else:
        life = timedelta(seconds=command.life_s)
        check_life(life)
        expires_at = work.now + life
        await store.delete_ended(work.db, channel.channel_id, work.now - KEPT)
    code_id, chance = SceneCodeId(work.ids.next()), draw(CHANCE_BYTES)
    token = render_token(int(channel.channel_id), int(code_id), chance)
    code = SceneCode(
        channel_id=channel.channel_id,
        code_id=code_id,
        token=token,
        ticket=render_ticket(token),
        number=command.number,
        text=command.text,
        name=command.name,
        created_at=work.now,
        expires_at=expires_at,
    )
    await store.insert_code(work.db, code, chance)
    work.record(
        SceneCreated(
            merchant_id=int(channel.merchant_id),
            channel_id=int(channel.channel_id),
            code_id=int(code_id),
            scene=code.scene,
            is_lasting=is_lasting,
        )
    )
    return code
