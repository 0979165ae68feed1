"""Turns a template and its values into a page, or into the one block of it that HTMX asked for."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from banyan.doors.http.money import format_money
from banyan.doors.pages.shell import format as formats
from banyan.doors.pages.shell.assets import Assets, pages_folder
from banyan.doors.pages.shell.frame import Frame
from banyan.doors.pages.shell.i18n import Language, mark, translate, translate_count
from banyan.doors.pages.shell.icons import draw_icon

macro_files = ("ui", "phone", "console", "cashier")

client_words = {
    "cancel": mark("Cancel"),
    "confirm": mark("Confirm"),
    "offline": mark("You are offline. Check the network and try again."),
    "failed": mark("Something went wrong on our side. Please try again in a moment."),
    "refused": mark("That could not be done."),
    "copied": mark("Copied"),
    "camera_refused": mark(
        "The camera could not be opened. Allow it in the browser, or type the code."
    ),
    "chosen": mark("{count} selected"),
    "no_code": mark("No code was found in this picture."),
    "too_large": mark("This file is too large."),
}
"""Sentences that scripts show; they travel in a `<meta>` of each page."""


def build_environment(
    language: Language, assets: Assets, *, folder: Path = pages_folder
) -> Environment:
    """Answers the template environment of one language.

    The language is part of the environment, not of the values: a macro imported anywhere speaks it.
    """
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    environment.filters.update(build_filters(language))
    environment.globals.update(
        _=partial(translate, language),
        n_=partial(translate_count, language),
        asset=assets.address,
        icon=draw_icon,
        language=language,
        languages=tuple(Language),
        client_words={name: translate(language, text) for name, text in client_words.items()},
    )
    for name in macro_files:
        module = environment.get_template(f"shell/macros/{name}.html").module
        environment.globals[name] = SimpleNamespace(**vars(module))
    return environment


def build_filters(language: Language) -> dict[str, Any]:
    """Answers the filters that write values in a language."""
    locale = language.locale
    return {
        "money": partial(format_money, locale),
        "number": partial(formats.format_number, locale),
        "percent": partial(formats.format_ratio, locale),
        "instant": partial(formats.format_instant, locale),
        "day": partial(formats.format_day, locale),
        "span": partial(formats.format_span, locale),
        "machine_instant": formats.format_machine_instant,
    }


class Pages:
    """Renders the pages of all three shells in every language."""

    def __init__(self, assets: Assets | None = None, *, folder: Path = pages_folder) -> None:
        """Loads the static files, catalogues and shared macros once."""
        self.assets = assets or Assets()
        self._environments = {
            one: build_environment(one, self.assets, folder=folder) for one in Language
        }

    def render(self, template: str, frame: Frame, **values: object) -> str:
        """Answers a whole page; raises `UndefinedError` for a value that was not given."""
        found = self._environments[frame.language].get_template(template)
        return found.render(self._surround(template, frame, values))

    def render_block(self, template: str, block: str, frame: Frame, **values: object) -> str:
        """Answers one `{% block %}` of a page alone, for an HTMX request that swaps only that part.

        Raises `KeyError` when the template has no such block.
        """
        found = self._environments[frame.language].get_template(template)
        context = found.new_context(self._surround(template, frame, values))
        return "".join(found.blocks[block](context))

    def _surround(
        self, template: str, frame: Frame, values: dict[str, object]
    ) -> dict[str, object]:
        """Adds the frame and the page's own style and script, which lie beside its template."""
        folder = template.rpartition("/")[0]
        beside = {kind: f"{folder}/page.{kind}" for kind in ("css", "js")}
        return {
            "frame": frame,
            "page_style": beside["css"] if self.assets.find(beside["css"]) else "",
            "page_script": beside["js"] if self.assets.find(beside["js"]) else "",
            **values,
        }
