"""Words that a merchant wants to be looked for in what its accounts send."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.text import plain
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.reach.moderation import store
from banyan.reach.moderation.judge_text import OPERATOR
from banyan.reach.moderation.types import WORDS_MAX, Word


class ListWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which words are ours?"""

    merchant_id: MerchantId


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """Words that are looked for beside those that Banyan knows."""

    items: list[Word]


class SetWord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Look for this word; it takes the place of the same word before."""

    merchant_id: MerchantId
    word: Word


class DeleteWord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Look for this word no more."""

    merchant_id: MerchantId
    word: Annotated[str, msgspec.Meta(max_length=40)]


class ListPlatformWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which words hold for everybody?"""


class SetPlatformWord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Look for this word in what everybody sends."""

    word: Word


class DeletePlatformWord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Look for this word no more."""

    word: Annotated[str, msgspec.Meta(max_length=40)]


@reading(permission=Permission.CHANNELS_READ)
async def list_words(work: Work, query: ListWords) -> Words:
    """Return a merchant's own words."""
    return Words(items=await store.list_words(work.db, [int(query.merchant_id)]))


@single(permission=Permission.CHANNELS_WRITE)
async def set_word(work: Work, command: SetWord) -> Word:
    """Add a word. Raises Refusal `moderation.too_many_words`."""
    return await add_word(work, int(command.merchant_id), command.word)


@single(permission=Permission.CHANNELS_WRITE)
async def delete_word(work: Work, command: DeleteWord) -> None:
    """Delete a word. Raises NotFound `moderation.no_such_word`."""
    if not await store.delete_word(work.db, int(command.merchant_id), plain(command.word)):
        raise NotFound("moderation.no_such_word")


@reading(permission=Permission.OPERATOR)
async def list_platform_words(work: Work, query: ListPlatformWords) -> Words:
    """Return the words that hold for everybody."""
    del query
    return Words(items=await store.list_words(work.db, [OPERATOR]))


@single(permission=Permission.OPERATOR)
async def set_platform_word(work: Work, command: SetPlatformWord) -> Word:
    """Add a word that holds for everybody. Raises Refusal `moderation.too_many_words`."""
    return await add_word(work, OPERATOR, command.word)


@single(permission=Permission.OPERATOR)
async def delete_platform_word(work: Work, command: DeletePlatformWord) -> None:
    """Delete a word that holds for everybody. Raises NotFound `moderation.no_such_word`."""
    if not await store.delete_word(work.db, OPERATOR, plain(command.word)):
        raise NotFound("moderation.no_such_word")


async def add_word(work: Work, merchant_id: int, word: Word) -> Word:
    """Add a word of somebody. Raises Refusal `moderation.too_many_words`."""
    word = msgspec.structs.replace(word, word=plain(word.word))
    known = await store.lock_words(work.db, merchant_id)
    if word.word not in known and len(known) >= WORDS_MAX:
        raise Refusal("moderation.too_many_words", words_max=WORDS_MAX)
    await store.set_word(work.db, merchant_id, word)
    return word
