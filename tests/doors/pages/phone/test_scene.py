"""A person scans an account's own code with their phone, and follows by it."""

from __future__ import annotations

from banyan.doors.pages.phone.scan.routes import find_path
from banyan.reach.scenes import CreateSceneCode, SceneCode, create_scene_code
from tests.kit.loyalty import open_channel
from tests.kit.pages import open_browser
from tests.kit.world import World


async def make_code(world: World) -> SceneCode:
    """A lasting code of an account."""
    await world.merchant()
    channel = await open_channel(world, welcome_text="欢迎")
    command = CreateSceneCode(
        merchant_id=world.merchant_id, channel_id=channel.channel_id, text="poster=B"
    )
    return await world.office.run(create_scene_code, command, world.owner)


async def test_a_scan_shows_the_account_and_a_tap_follows_it(world: World) -> None:
    code = await make_code(world)
    await world.person("lin")
    mark = await world.mark()
    async with open_browser(world, "lin") as lin:
        await lin.open(f"/q/{code.token}")
        assert "榕树茶馆" in lin.words
        assert await world.events(mark) == []
        await lin.send(f"/q/{code.token}/follow")
        assert lin.path == f"/inbox/{code.channel_id:d}"
        assert await world.events(mark) == ["channels.followed", "scenes.scanned"]
        await lin.open(f"/q/{code.token}")
        assert lin.path == f"/inbox/{code.channel_id:d}"
        assert (await world.events(mark))[-1] == "scenes.scanned"


async def test_strangers_sign_in_first_and_bad_codes_lead_nowhere(world: World) -> None:
    code = await make_code(world)
    async with open_browser(world) as stranger:
        await stranger.open(f"/q/{code.token}")
        assert stranger.path.startswith("/sign-in?next=")
    await world.person("lin")
    async with open_browser(world, "lin") as lin:
        await lin.open("/q/" + "A" * 32)
        assert lin.path == "/scan"


def test_the_scanner_knows_such_codes() -> None:
    token = "Ab_-" * 8
    assert find_path(f"https://here/q/{token}", "https://here", "") == f"/q/{token}"
    assert find_path(f"https://there/q/{token}", "https://here", "") == ""
