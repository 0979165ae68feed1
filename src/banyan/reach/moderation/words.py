"""Words that a merchant wants to be looked for in what its accounts send."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.text import plain
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.reach.moderation import store
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
    word: str


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


async def add_word(work: Work, merchant_id: int, word: Word) -> Word:
    """Add a word of somebody. Raises Refusal `moderation.too_many_words`."""
    word = msgspec.structs.replace(word, word=plain(word.word))
    known = await store.lock_words(work.db, merchant_id)
    if word.word not in known and len(known) >= WORDS_MAX:
        raise Refusal("moderation.too_many_words", words_max=WORDS_MAX)
    await store.set_word(work.db, merchant_id, word)
    return word
