"""The page about what is found in texts, and how sure that is."""

from __future__ import annotations

from banyan.engines.moderation.rulebook import read_rulebook
from banyan.engines.moderation.tone import Measured, read_facts
from reference.prose import page, table


def render_moderation() -> str:
    """Rules and signals with what they mean, and the figures of the model."""
    says = (
        "What is looked for in everything that accounts send or publish. Texts are read without"
        " their dress: widths, gaps, lookalikes and what nobody sees. `refuse` is refused at once;"
        " `review` waits for people where something can wait, and passes where it cannot."
        " [How it works, and what it cannot do](../explanation/moderation.md)."
    )
    return page("What is found in texts", says, _signals(), _rules(), _model())


def _signals() -> list[str]:
    book = read_rulebook()
    rows = [
        (f"`{name}`", one.reason, one.level, str(len(one.words)), str(len(one.patterns)))
        for name, one in book.signals.items()
    ]
    told = "A `hint` means nothing by itself; the rules below count it."
    heads = ("signal", "reason", "level", "words", "patterns")
    return ["## Signals", "", told, "", *table(heads, rows)]


def _rules() -> list[str]:
    rows = [
        (
            f"`{one.name}`",
            one.reason,
            one.level,
            ", ".join(f"`{name}`" for name in one.signals),
            str(one.within),
        )
        for one in read_rulebook().rules
    ]
    told = "A rule holds where one of each of its signals stands within so many characters."
    heads = ("rule", "reason", "level", "signals", "within")
    return ["## Rules", "", told, "", *table(heads, rows)]


def _model() -> list[str]:
    facts = read_facts()
    told = (
        f"Trained on {facts.trained_on:,} texts of {facts.source}; measured on"
        f" {facts.measured.texts:,} others of the same file, {facts.measured.offensive:,} of them"
        " offensive, that it was neither trained nor tuned on. The first line is the threshold in"
        " use. Its finding is always `review`, rule `tone`, reason `social`. The labels of that"
        " file were made half by machine, and its texts are about race, region and gender: expect"
        " less elsewhere."
    )
    rows = [_row(one) for one in (facts.measured, *facts.curve)]
    return ["## The model", "", told, "", *table(("precision", "recall", "false alarms"), rows)]


def _row(one: Measured) -> tuple[str, str, str]:
    return f"{one.precision:.1%}", f"{one.recall:.1%}", f"{one.false_alarms:.1%}"
