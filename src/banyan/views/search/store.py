"""Every SQL statement on schema `search`, and the questions to it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import asyncpg

from banyan.base.db import Connection
from banyan.views.search.types import Entry

_clear_accounts = "delete from search.accounts"
_clear_articles = "delete from search.articles"

_list_accounts = """
select c.channel_id, c.merchant_id, c.name
from channels.channels as c
where c.channel_id = any($1::bigint[]) and c.kind in ('service', 'subscription')
"""

_put_account = """
insert into search.accounts (channel_id, merchant_id, name, words)
select n.channel_id, n.merchant_id, n.name, to_tsvector('simple', n.words)
from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[])
    as n (channel_id, merchant_id, name, words)
order by n.channel_id
on conflict (channel_id) do update set name = excluded.name, words = excluded.words
"""

_list_publications = """
select p.channel_id, c.merchant_id, p.article_id, p.articles, p.deleted, p.published_at
from unnest($1::bigint[], $2::text[]) as w (channel_id, article_id)
inner join articles.publications as p using (channel_id, article_id)
inner join channels.channels as c on p.channel_id = c.channel_id
where p.published_at is not null and p.refused_at is null
"""

_delete_articles = """
delete from search.articles as a
using unnest($1::bigint[], $2::text[]) as w (channel_id, article_id)
where a.channel_id = w.channel_id and a.article_id = w.article_id
"""

_insert_articles = """
insert into search.articles (
    channel_id, article_id, place, merchant_id, title, digest, body, thumb_media_id,
    published_at, words
)
select n.channel_id, n.article_id, n.place, n.merchant_id, n.title, n.digest, n.body,
    n.thumb_media_id, n.published_at,
    setweight(to_tsvector('simple', n.title_words), 'A')
    || setweight(to_tsvector('simple', n.digest_words), 'B')
    || setweight(to_tsvector('simple', n.body_words), 'D')
from unnest(
    $1::bigint[], $2::text[], $3::smallint[], $4::bigint[], $5::text[], $6::text[], $7::text[],
    $8::text[], $9::timestamptz[], $10::text[], $11::text[], $12::text[]
) as n (
    channel_id, article_id, place, merchant_id, title, digest, body, thumb_media_id,
    published_at, title_words, digest_words, body_words
)
"""

_find_accounts = """
select a.channel_id, a.merchant_id, c.kind, a.name, coalesce(m.name, '') as merchant_name
from search.accounts as a
inner join channels.channels as c on a.channel_id = c.channel_id
left join merchants.merchants as m on a.merchant_id = m.merchant_id
where a.words @@ to_tsquery('simple', $1)
order by ts_rank_cd(a.words, to_tsquery('simple', $1), 1) desc, a.channel_id
limit $2
"""

# Of very many the newest are ranked: a word that all articles have says little about any.
_find_articles = """
with hits as (
    select a.channel_id, a.article_id, a.place, a.title, a.digest, a.body, a.thumb_media_id,
        a.published_at, a.words
    from search.articles as a
    where a.words @@ to_tsquery('simple', $1) and ($2::bigint is null or a.channel_id = $2)
    order by a.published_at desc
    limit 1000
)
select h.channel_id, h.article_id, h.place, h.title, h.digest, h.body, h.thumb_media_id,
    h.published_at, c.name as channel_name, coalesce(t.reads_count, 0) as reads_count,
    count(*) over () as total
from hits as h
inner join channels.channels as c on h.channel_id = c.channel_id
left join articles.tallies as t
    on h.channel_id = t.channel_id and h.article_id = t.article_id and h.place = t.place
order by
    ts_rank_cd('{0.1, 0.2, 0.5, 1.0}', h.words, to_tsquery('simple', $1), 1)
    * (1 + ln(1 + coalesce(t.reads_count, 0)) / 10)
    / (1 + greatest(extract(epoch from $3::timestamptz - h.published_at), 0) / 15552000) desc,
    h.published_at desc, h.channel_id, h.article_id, h.place
offset $4
limit $5
"""


async def clear(db: Connection) -> None:
    """Empty the index."""
    await db.execute(_clear_accounts)
    await db.execute(_clear_articles)


async def list_accounts(db: Connection, channel_ids: Collection[int]) -> list[asyncpg.Record]:
    """Return those of the channels that people follow."""
    return list(await db.fetch(_list_accounts, sorted(channel_ids)))


async def put_accounts(db: Connection, accounts: Sequence[tuple[int, int, str, str]]) -> None:
    """Write accounts, with the words of their names."""
    await db.execute(_put_account, *_columns(accounts, 4))


async def list_publications(
    db: Connection, keys: Collection[tuple[int, str]]
) -> list[asyncpg.Record]:
    """Return those that anybody may read."""
    return list(await db.fetch(_list_publications, *_columns(sorted(keys), 2)))


async def replace_articles(
    db: Connection, keys: Collection[tuple[int, str]], entries: Sequence[Entry]
) -> None:
    """Write what was published under these keys as it is now."""
    await db.execute(_delete_articles, *_columns(sorted(keys), 2))
    if entries:
        rows = [tuple(getattr(one, name) for name in Entry.__struct_fields__) for one in entries]
        await db.execute(_insert_articles, *_columns(rows, 12))


async def find_accounts(db: Connection, question: str, limit: int) -> list[asyncpg.Record]:
    """Return the accounts that answer a question best."""
    return list(await db.fetch(_find_accounts, question, limit))


async def find_articles(
    db: Connection, question: str, channel_id: int | None, now: datetime, offset: int, limit: int
) -> list[asyncpg.Record]:
    """Return the articles that answer a question best."""
    return list(await db.fetch(_find_articles, question, channel_id, now, offset, limit))


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [[row[i] for row in rows] for i in range(width)]
