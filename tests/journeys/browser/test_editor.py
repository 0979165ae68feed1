"""An article is written in a real browser, under our content-security policy."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import FilePayload, expect

from banyan.books.actor import SYSTEM
from banyan.reach.articles import ReadPack, read_pack
from tests.journeys.browser.test_console import draw_png, sign_in
from tests.kit.articles import draft, open_writer, own
from tests.kit.browser import DESK, open_page
from tests.kit.world import World

pytestmark = [pytest.mark.browser, pytest.mark.slow]


async def test_the_editor_saves_what_one_writes(world: World, tmp_path: Path) -> None:
    channel = await open_writer(world, tmp_path)
    media_id = await draft(world, channel, content="<p>明前<strong>龙井</strong></p>")
    path = f"/console/channel/{channel.channel_id:d}/articles/drafts/{media_id}"
    async with open_page(world, size=DESK, language="en") as page:
        await sign_in(world, page, "mei", path)
        paper = page.locator(".ql-editor")
        await expect(paper).to_contain_text("明前龙井")
        await paper.click()
        await page.keyboard.press("Control+End")
        await page.keyboard.type(" 到店了")
        async with page.expect_file_chooser() as chooser:
            await page.locator(".ql-image").click()
        picture = FilePayload(name="a.png", mimeType="image/png", buffer=draw_png())
        await (await chooser.value).set_files(picture)
        await expect(paper.locator("img")).to_have_count(1)
        await page.locator("#title").fill("Spring tea")
        await expect(page.locator("[data-state]")).to_contain_text("已保存")
        await expect(page.locator("[name=version]")).not_to_have_value("1")
        await page.locator("button[value=save]").click()
        await expect(page.locator(".toast")).to_be_visible()
    pack = await world.office.run(read_pack, ReadPack(**own(channel), media_id=media_id), SYSTEM)
    article = pack.articles[0]
    assert article.title == "Spring tea"
    assert "<strong>龙井 到店了</strong>" in article.content
    assert '<img src="/files/' in article.content
