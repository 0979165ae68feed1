"""Every sentence of the pages is there in both languages, and no page carries script or style."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract

from banyan.doors.pages.shell.i18n import Language, read_catalogue

_PAGES = Path(__file__).parents[4] / "src" / "banyan" / "doors" / "pages"
_TEMPLATES = sorted(
    one
    for one in _PAGES.rglob("*.html")
    if "gallery" not in one.parts and "vendor" not in one.parts
)
_PYTHON = sorted(one for one in _PAGES.rglob("*.py") if "gallery" not in one.parts)
_call = re.compile(r"""\b(?:_|n_)\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
_inline = re.compile(
    r"""<style[\s>]|\sstyle\s*=|\son[a-z]+\s*=\s*["']|javascript:|<script(?![^>]*\bsrc=)""",
    re.IGNORECASE,
)


def _sentences() -> Iterator[tuple[str, str]]:
    for file in _TEMPLATES:
        for found in _call.findall(file.read_text()):
            yield file.relative_to(_PAGES).as_posix(), found[1:-1].replace('\\"', '"')
    keywords = {"mark": None, "words": None, "translate": (2,)}
    for file in _PYTHON:
        code = BytesIO(file.read_bytes())
        for _line, message, _comments, _context in extract("python", code, keywords):
            if isinstance(message, str) and message:
                yield file.relative_to(_PAGES).as_posix(), message


def test_every_sentence_speaks_chinese() -> None:
    """A sentence without a translation would stand in English on a Chinese page."""
    sentences = list(_sentences())
    assert len(sentences) > 500
    catalogue = read_catalogue(Language.ZH)
    missing = sorted({f"{file}: {text}" for file, text in sentences if text not in catalogue})
    assert missing == []


def test_translations_keep_their_blanks() -> None:
    """`{count}` in English is `{count}` in Chinese, else filling it in would fail on the page."""
    blank = re.compile(r"\{(\w+)\}")
    wrong = [
        msgid
        for msgid, texts in read_catalogue(Language.ZH).items()
        if any(
            not set(blank.findall(text)) <= set(blank.findall(msgid)) | {"count"} for text in texts
        )
    ]
    assert wrong == []


@pytest.mark.parametrize("file", _TEMPLATES, ids=lambda one: one.relative_to(_PAGES).as_posix())
def test_no_template_holds_script_or_style(file: Path) -> None:
    """The content-security policy forbids both; a browser would drop them without a word."""
    html = re.sub(r"\{[%{#].*?[%}#]\}", "", file.read_text(), flags=re.DOTALL)
    assert _inline.findall(html) == []
