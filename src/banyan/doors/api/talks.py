"""The API of conversations: a person's own, and those that a merchant's accounts lead."""

from banyan.doors.http import Route
from banyan.reach.talks import (
    add_agent,
    add_canned,
    add_rule,
    answer_talk,
    attend_talk,
    change_agent,
    change_canned,
    change_rule,
    close_talk,
    delete_canned,
    delete_rule,
    find_my_messages,
    list_agents,
    list_attended,
    list_canned,
    list_my_answers,
    list_records,
    list_rules,
    list_talks,
    list_waiting,
    mark_talk_read,
    pass_talk,
    read_my_talk,
    read_ratings,
    read_talk,
    remove_agent,
    report_place,
    say,
    say_file,
    show_typing,
    use_button,
    write_to,
)

_MINE = ("my official accounts",)
_SHOP = ("conversations",)
_file_bytes_max = 15 << 20
_talk = "/v1/channels/{channel_id}/talk"
_channel = "/v1/merchants/{merchant_id}/channels/{channel_id}"
_canned = f"{_channel}/canned-answers"
_one = f"{_channel}/talks/{{openid}}"

ROUTES = (
    Route("GET", _talk, read_my_talk, summary="Read your conversation with an account", tags=_MINE),
    Route("POST", _talk, say, summary="Say something to an account", status=201, tags=_MINE),
    Route(
        "POST",
        f"{_talk}/files",
        say_file,
        summary="Send a file to an account",
        status=201,
        tags=_MINE,
        body_bytes_max=_file_bytes_max,
    ),
    Route(
        "POST",
        f"{_talk}/buttons",
        use_button,
        summary="Send what a button asks for",
        status=201,
        tags=_MINE,
        body_bytes_max=_file_bytes_max,
    ),
    Route(
        "POST",
        f"{_talk}/place",
        report_place,
        summary="Let an account know where you are",
        tags=_MINE,
    ),
    Route(
        "GET",
        f"{_talk}/answers/{{answers_id}}",
        list_my_answers,
        summary="Read what the account answered to a message",
        tags=_MINE,
    ),
    Route(
        "POST",
        "/v1/my-messages",
        find_my_messages,
        summary="Read messages in full, of which notices tell",
        tags=_MINE,
    ),
    Route("GET", f"{_channel}/talks", list_talks, summary="List conversations", tags=_SHOP),
    Route("GET", _one, read_talk, summary="Read a conversation", tags=_SHOP),
    Route(
        "POST",
        f"{_one}/messages",
        write_to,
        summary="Write to a person as the account's program",
        status=201,
        tags=_SHOP,
    ),
    Route(
        "POST",
        f"{_one}/answers",
        answer_talk,
        summary="Answer a person as an agent",
        status=201,
        tags=_SHOP,
    ),
    Route("POST", f"{_one}/read", mark_talk_read, summary="Count nothing as unread", tags=_SHOP),
    Route("POST", f"{_one}/typing", show_typing, summary="Show that you type", tags=_SHOP),
    Route("POST", f"{_one}/attend", attend_talk, summary="Attend to a person", tags=_SHOP),
    Route("POST", f"{_one}/pass", pass_talk, summary="Pass a person to another agent", tags=_SHOP),
    Route("POST", f"{_one}/close", close_talk, summary="Attend to a person no more", tags=_SHOP),
    Route(
        "GET",
        f"{_channel}/waiting",
        list_waiting,
        summary="List who waits for an agent",
        tags=_SHOP,
    ),
    Route(
        "GET",
        f"{_channel}/records",
        list_records,
        summary="List what was said while agents attended",
        tags=_SHOP,
    ),
    Route("GET", f"{_channel}/agents", list_agents, summary="List the agents", tags=_SHOP),
    Route("POST", f"{_channel}/agents", add_agent, summary="Add an agent", status=201, tags=_SHOP),
    Route(
        "PATCH",
        f"{_channel}/agents/{{handle}}",
        change_agent,
        summary="Change an agent",
        tags=_SHOP,
    ),
    Route(
        "DELETE",
        f"{_channel}/agents/{{handle}}",
        remove_agent,
        summary="Remove an agent",
        tags=_SHOP,
    ),
    Route(
        "GET",
        f"{_channel}/agents/{{handle}}/talks",
        list_attended,
        summary="List to whom an agent attends",
        tags=_SHOP,
    ),
    Route("GET", f"{_channel}/rules", list_rules, summary="List the rules", tags=_SHOP),
    Route("POST", f"{_channel}/rules", add_rule, summary="Add a rule", status=201, tags=_SHOP),
    Route(
        "PUT", f"{_channel}/rules/{{rule_id}}", change_rule, summary="Rewrite a rule", tags=_SHOP
    ),
    Route(
        "DELETE",
        f"{_channel}/rules/{{rule_id}}",
        delete_rule,
        summary="Delete a rule",
        tags=_SHOP,
    ),
    Route("GET", _canned, list_canned, summary="List answers kept ready", tags=_SHOP),
    Route("POST", _canned, add_canned, summary="Keep an answer ready", status=201, tags=_SHOP),
    Route(
        "PUT", f"{_canned}/{{canned_id}}", change_canned, summary="Rewrite an answer", tags=_SHOP
    ),
    Route(
        "DELETE", f"{_canned}/{{canned_id}}", delete_canned, summary="Delete an answer", tags=_SHOP
    ),
    Route(
        "GET",
        f"{_channel}/ratings",
        read_ratings,
        summary="Read how content people were",
        tags=_SHOP,
    ),
)
