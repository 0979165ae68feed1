"""How right words, rules and the model are on texts that they were not made for."""

import tomllib
from pathlib import Path

from banyan.engines.moderation import Level, open_judge
from banyan.engines.moderation.tone import read_facts

SAMPLES = tomllib.loads((Path(__file__).parent / "samples.toml").read_text("utf-8"))


def is_found(text: str) -> bool:
    return any(one.level >= Level.REVIEW for one in open_judge().find([text]))


def test_precision_and_recall_on_texts_written_for_it() -> None:
    risky = [text for name, texts in SAMPLES["risky"].items() if name != "hard" for text in texts]
    fine = [text for texts in SAMPLES["fine"].values() for text in texts]
    missed = [text for text in risky if not is_found(text)]
    wrong = [text for text in fine if is_found(text)]
    found = len(risky) - len(missed)
    assert found / len(risky) >= 0.95, missed
    assert found / (found + len(wrong)) >= 0.9, wrong


def test_wordings_that_no_rule_knows_are_mostly_missed() -> None:
    """Not a promise but the truth: `docs/reference/moderation.md` says so, too."""
    found = [text for text in SAMPLES["risky"]["hard"] if is_found(text)]
    assert 1 <= len(found) < len(SAMPLES["risky"]["hard"]) / 2


def test_nothing_harmless_is_refused_outright() -> None:
    fine = [text for texts in SAMPLES["fine"].values() for text in texts]
    refused = [
        text for text in fine if any(one.level is Level.REFUSE for one in open_judge().find([text]))
    ]
    assert not refused


def test_what_the_model_is_worth_is_written_down() -> None:
    facts = read_facts()
    assert facts.measured.texts > 5_000
    assert facts.measured.precision >= 0.95
    assert facts.measured.recall >= 0.5
    assert facts.measured.false_alarms <= 0.03


def test_the_model_alone_refuses_nothing() -> None:
    found = open_judge().find(["他们那个地方的人全是骗子小偷，都该滚出去"])
    assert [(one.rule, one.level) for one in found] == [("tone", Level.REVIEW)]
