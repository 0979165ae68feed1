"""What others would see of articles, to be checked before they do."""

import asyncio
from collections.abc import Sequence

from banyan.books.work import Work
from banyan.reach.articles.ports import PORTS
from banyan.reach.articles.types import Article
from banyan.reach.channels import Channel
from banyan.reach.media import find_items
from banyan.reach.moderation import Content, read_page


async def show_content(work: Work, channel: Channel, articles: Sequence[Article]) -> Content:
    """Return one text an article, in their order, and their pictures, ours and others'."""
    covers = [one.thumb_media_id for one in articles]
    items = await find_items(work.db, int(channel.channel_id), covers, work.now)
    files = {item.file: None for item in items.values() if item.file}
    urls: dict[str, None] = {}
    texts = []
    for one in articles:
        text, sources = await asyncio.to_thread(read_page, one.content)
        texts.append("\n".join(part for part in (one.title, one.author, one.digest, text) if part))
        for source in sources:
            file = PORTS.find_file(source)
            if file:
                files[file] = None
            elif source.startswith(("https://", "http://")):
                urls[source] = None
    return Content(texts=texts, files=list(files), urls=list(urls))
