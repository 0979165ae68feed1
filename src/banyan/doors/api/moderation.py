"""The API of what may be seen: checks, originals, penalties; and of the operator's queue."""

from banyan.doors.http import Route
from banyan.reach.moderation import (
    appeal_check,
    ask_picture,
    decide_check,
    delete_platform_word,
    delete_word,
    judge_texts,
    list_checks,
    list_platform_words,
    list_waiting,
    list_words,
    read_waiting,
    set_platform_word,
    set_word,
)
from banyan.reach.originals import (
    complain,
    decide_complaint,
    declare_original,
    list_complaints,
    list_waiting_complaints,
    list_works,
)
from banyan.reach.penalties import (
    give_penalty,
    lift_penalty,
    list_penalties,
    list_suspicions,
    settle_suspicion,
)

_TAGS = ("what may be seen",)
_OPERATOR = ("platform operators",)
_MERCHANT = "/v1/merchants/{merchant_id}"
_CHANNEL = f"{_MERCHANT}/channels/{{channel_id}}"
_QUEUE = "/v1/moderation"

ROUTES = (
    Route("GET", f"{_CHANNEL}/checks", list_checks, summary="List what was held back", tags=_TAGS),
    Route(
        "POST",
        f"{_CHANNEL}/checks/{{check_id}}/appeal",
        appeal_check,
        summary="Appeal against a refusal, once",
        tags=_TAGS,
    ),
    Route("GET", f"{_MERCHANT}/words", list_words, summary="List your own words", tags=_TAGS),
    Route("PUT", f"{_MERCHANT}/words", set_word, summary="Look for a word", tags=_TAGS),
    Route(
        "DELETE",
        f"{_MERCHANT}/words/{{word}}",
        delete_word,
        summary="Look for a word no more",
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_CHANNEL}/originals",
        list_works,
        summary="List articles and which are declared original",
        tags=_TAGS,
    ),
    Route(
        "PUT",
        f"{_CHANNEL}/originals/{{article_id}}/{{place}}",
        declare_original,
        summary="Declare an article original",
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_CHANNEL}/complaints",
        complain,
        summary="Complain about a copy",
        status=201,
        tags=_TAGS,
    ),
    Route("GET", f"{_MERCHANT}/complaints", list_complaints, summary="List complaints", tags=_TAGS),
    Route(
        "GET",
        f"{_CHANNEL}/penalties",
        list_penalties,
        summary="List an account's penalties",
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_CHANNEL}/judgements",
        judge_texts,
        summary="Judge texts without sending them",
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_CHANNEL}/picture-checks",
        ask_picture,
        summary="Have a picture elsewhere checked; the account's server is told",
        status=201,
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_QUEUE}/checks/{{channel_id}}/{{check_id}}",
        read_waiting,
        summary="Read a check",
        tags=_OPERATOR,
    ),
    Route(
        "GET",
        f"{_QUEUE}/words",
        list_platform_words,
        summary="List words that hold for everybody",
        tags=_OPERATOR,
    ),
    Route(
        "PUT",
        f"{_QUEUE}/words",
        set_platform_word,
        summary="Look for a word in what everybody sends",
        tags=_OPERATOR,
    ),
    Route(
        "DELETE",
        f"{_QUEUE}/words/{{word}}",
        delete_platform_word,
        summary="Look for it no more",
        tags=_OPERATOR,
    ),
    Route("GET", f"{_QUEUE}/checks", list_waiting, summary="List what waits", tags=_OPERATOR),
    Route(
        "POST",
        f"{_QUEUE}/checks/{{channel_id}}/{{check_id}}",
        decide_check,
        summary="Decide a check",
        tags=_OPERATOR,
    ),
    Route(
        "GET",
        f"{_QUEUE}/complaints",
        list_waiting_complaints,
        summary="List complaints that wait",
        tags=_OPERATOR,
    ),
    Route(
        "POST",
        f"{_QUEUE}/complaints/{{complaint_id}}",
        decide_complaint,
        summary="Decide a complaint",
        tags=_OPERATOR,
    ),
    Route(
        "GET",
        f"{_QUEUE}/suspicions",
        list_suspicions,
        summary="List suspicions",
        tags=_OPERATOR,
    ),
    Route(
        "POST",
        f"{_QUEUE}/suspicions/{{channel_id}}/{{suspicion_id}}",
        settle_suspicion,
        summary="Settle a suspicion",
        tags=_OPERATOR,
    ),
    Route(
        "POST",
        f"{_QUEUE}/penalties/{{channel_id}}",
        give_penalty,
        summary="Give a penalty",
        status=201,
        tags=_OPERATOR,
    ),
    Route(
        "DELETE",
        f"{_QUEUE}/penalties/{{channel_id}}/{{penalty_id}}",
        lift_penalty,
        summary="Lift a penalty",
        tags=_OPERATOR,
    ),
)
