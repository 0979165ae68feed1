"""Which of the two languages a caller reads."""

from __future__ import annotations

LANGUAGES = ("zh", "en")
_header_max = 500
_wishes_max = 20


def choose_language(accept_language: str, actor_language: str = "zh") -> str:
    """The language of an `Accept-Language` header that we speak best, else the actor's own.

    Whatever is malformed is passed over.
    """
    best, best_weight = "", 0.0
    for wish in accept_language[:_header_max].split(",")[:_wishes_max]:
        tag, _, parameter = wish.partition(";")
        language = tag.strip()[:2].lower()
        weight = _weight(parameter)
        if language in LANGUAGES and weight > best_weight:
            best, best_weight = language, weight
    if best:
        return best
    return actor_language if actor_language in LANGUAGES else "zh"


def _weight(parameter: str) -> float:
    name, _, number = parameter.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return min(max(float(number), 0.0), 1.0)
    except ValueError:
        return 0.0
