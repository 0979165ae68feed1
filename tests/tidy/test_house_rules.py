"""The house rules hold over the whole project, and each one catches its bad examples."""

from collections import Counter

import pytest

from tests.tidy import layout, sql, words
from tests.tidy.house import Complaint, File, Rule, allowances, project_files

RULES = (*layout.RULES, *sql.RULES, *words.RULES)
CASES = [pytest.param(rule, id=rule.name) for rule in RULES]


BAD = [
    pytest.param(rule, file, id=f"{rule.name}-{number}")
    for rule in RULES
    for number, file in enumerate(rule.bad, start=1)
]
GOOD = [
    pytest.param(rule, file, id=f"{rule.name}-{number}")
    for rule in RULES
    for number, file in enumerate(rule.good, start=1)
]


@pytest.mark.parametrize("rule", CASES)
def test_project_keeps_the_rule(rule: Rule) -> None:
    complaints = [complaint for file in project_files() for complaint in rule.check(file)]
    allowed = {} if rule.name == "size" else allowances(rule.name)
    unexpected = [complaint for complaint in complaints if complaint.path not in allowed]
    if unexpected:
        lines = [f"{rule.name}: {rule.why}", *(each.sentence for each in unexpected)]
        pytest.fail("\n".join(lines), pytrace=False)
    counts = Counter(complaint.path for complaint in complaints)
    assert counts == allowed, "an allowance may only go down, and goes when it is not needed"


@pytest.mark.parametrize(("rule", "file"), BAD)
def test_bad_example_is_caught(rule: Rule, file: File) -> None:
    assert list(rule.check(file))


@pytest.mark.parametrize(("rule", "file"), GOOD)
def test_good_example_passes(rule: Rule, file: File) -> None:
    assert list(rule.check(file)) == []


def test_private_word_is_caught() -> None:
    file = File("README.md", "Plain.\nAs Aunt-Mei says.")
    complaints = list(words.check_private_words(file, ("aunt-mei", "uncle")))
    assert complaints == [
        Complaint("README.md", 2, "'Aunt-Mei' is a private word of this checkout")
    ]


def test_allowed_sizes_are_tight() -> None:
    lengths = {
        where: length for file in project_files() for where, _, length, _ in layout.measured(file)
    }
    for where, limit in allowances("size").items():
        assert lengths.get(where) == limit, f"{where}: an allowance may only go down, or go"
