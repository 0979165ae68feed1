"""The two languages of every page: which one a person gets, and each sentence in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.pofile import read_po

_blank = re.compile(r"(?P<before>[\u4e00-\u9fff]?)\{(?P<name>\w+)\}(?=(?P<after>[\u4e00-\u9fff]?))")

locale_folder = Path(__file__).parent / "locale"


class Language(StrEnum):
    """A language that Banyan speaks; the value is that of the cookie and of a person's setting."""

    ZH = "zh"
    """Simplified Chinese as written in mainland China."""
    EN = "en"
    """English; its sentences are the keys of the catalogue."""

    @property
    def locale(self) -> Locale:
        """The Babel locale that formats money, numbers and time."""
        return Locale.parse("zh_CN" if self is Language.ZH else "en")

    @property
    def tag(self) -> str:
        """The BCP 47 tag for the `lang` attribute, which also chooses the right CJK glyphs."""
        return "zh-CN" if self is Language.ZH else "en"

    @property
    def own_name(self) -> str:
        """The language's name in itself, as a switch shows it."""
        return "简体中文" if self is Language.ZH else "English"


type_of_catalogue = dict[str, tuple[str, ...]]


class CatalogueError(ValueError):
    """Two files translate the same sentence differently, so a page would depend on their order."""


def mark(msgid: str) -> str:
    """Marks a sentence in Python for translation and answers it unchanged.

    A template translates it later with `_(value)`: menu labels, enum names, column titles.
    """
    return msgid


@cache
def read_catalogue(language: Language) -> type_of_catalogue:
    """Answers every translation of a language, merged from all its `.po` files; English has none.

    Raises `CatalogueError` when two files disagree.
    """
    catalogue: type_of_catalogue = {}
    for path in sorted((locale_folder / language.value).glob("*.po")):
        for msgid, texts in read_messages(path).items():
            if catalogue.setdefault(msgid, texts) != texts:
                raise CatalogueError(
                    f"{path.name}: {msgid!r} is {texts} here and {catalogue[msgid]} elsewhere"
                )
    return catalogue


def read_messages(path: Path) -> type_of_catalogue:
    """Answers the translated sentences of one `.po` file; one text, or one for each plural form."""
    with path.open("rb") as opened:
        catalogue = read_po(opened, abort_invalid=True)
    messages: type_of_catalogue = {}
    for message in catalogue:
        msgid = message.id[0] if isinstance(message.id, list | tuple) else message.id
        texts = message.string if isinstance(message.string, list | tuple) else (message.string,)
        if msgid and any(texts):
            messages[msgid] = tuple(str(text) for text in texts)
    return messages


def translate(language: Language, msgid: str, **params: object) -> str:
    """Answers a sentence in a language with `{name}` filled in; an unknown one stays English."""
    texts = read_catalogue(language).get(msgid, (msgid,))
    return _space(texts[0], params).format(**params) if params else texts[0]


def _space(text: str, params: Mapping[str, object]) -> str:
    """A sentence with a space between its Chinese and the Latin edge of a name that fills it in."""

    def widen(blank: re.Match[str]) -> str:
        value = str(params.get(blank["name"], ""))
        before = f"{blank['before']} " if blank["before"] and _latin(value[:1]) else blank["before"]
        after = " " if blank["after"] and _latin(value[-1:]) else ""
        return f"{before}{{{blank['name']}}}{after}"

    return _blank.sub(widen, text)


def _latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


def translate_count(language: Language, one: str, many: str, count: int, **params: object) -> str:
    """Answers `one` or `many` in a language, with `{count}` and the others filled in."""
    texts = read_catalogue(language).get(one)
    # Chinese has a single form.
    text = (one if count == 1 else many) if texts is None else texts[0]
    return text.format(count=count, **params)


def choose_language(
    setting: str | None, cookie: str | None, accept_language: str | None
) -> Language:
    """Answers the language of a page: the person's setting, the cookie, or what the browser likes.

    Anything unknown or malformed is passed over; Chinese is the last resort.
    """
    for wish in (setting, cookie):
        if wish in tuple(Language):
            return Language(wish)
    return choose_accepted(accept_language or "")


def choose_accepted(accept_language: str) -> Language:
    """Answers the best-weighted language of an `Accept-Language` header, or else Chinese."""
    wishes: list[tuple[float, int, Language]] = []
    for position, part in enumerate(accept_language[:accept_language_bytes_max].split(",")):
        tag, _, weight = part.partition(";")
        language = find_language(tag.strip())
        if language is not None:
            wishes.append((-parse_weight(weight), position, language))
    return min(wishes)[2] if wishes else Language.ZH


accept_language_bytes_max = 500


def find_language(tag: str) -> Language | None:
    """Answers our language for a BCP 47 tag such as `zh-Hant-HK`, or none."""
    try:
        return Language(Locale.parse(tag, sep="-").language)
    except (UnknownLocaleError, ValueError):
        return None


def parse_weight(text: str) -> float:
    """Answers the `q` of one `Accept-Language` part; 1 when absent, 0 when it is not a number."""
    name, _, number = text.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(max(float(number), 0.0), 1.0)
    except ValueError:
        return 0.0
