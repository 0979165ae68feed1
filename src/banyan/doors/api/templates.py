"""The API of template messages: an account's forms, and sending one."""

from banyan.doors.http import Route
from banyan.reach.templates import (
    answer_once,
    delete_subscription,
    delete_template,
    list_offers,
    list_subscriptions,
    list_templates,
    read_once_asking,
    read_once_form,
    read_own_industries,
    send_once,
    send_subscription,
    send_template,
    set_industries,
    subscribe,
    take_subscription,
    take_template,
    write_template,
)

_tags = ("template messages",)
_channel = "/v1/merchants/{merchant_id}/channels/{channel_id}"
_templates = f"{_channel}/templates"
_subscriptions = f"{_channel}/subscriptions"
_industries = f"{_channel}/industries"

ROUTES = (
    Route("GET", _templates, list_templates, summary="List the templates", tags=_tags),
    Route("POST", _templates, write_template, summary="Write a template", status=201, tags=_tags),
    Route(
        "POST",
        f"{_templates}/taken",
        take_template,
        summary="Take a template of the library",
        status=201,
        tags=_tags,
    ),
    Route(
        "DELETE",
        f"{_templates}/{{template_id}}",
        delete_template,
        summary="Delete a template",
        tags=_tags,
    ),
    Route(
        "POST",
        f"{_templates}/{{template_id}}/messages",
        send_template,
        summary="Send a follower a template message",
        status=201,
        tags=_tags,
    ),
    Route(
        "GET",
        "/v1/channels/{channel_id}/subscriptions",
        list_offers,
        summary="List to what you can subscribe at an account",
        tags=("my official accounts",),
    ),
    Route(
        "POST",
        "/v1/channels/{channel_id}/subscriptions/{template_id}",
        subscribe,
        summary="Say whether you want the next message of a form",
        tags=("my official accounts",),
    ),
    Route(
        "GET", _subscriptions, list_subscriptions, summary="List forms to subscribe to", tags=_tags
    ),
    Route(
        "POST",
        _subscriptions,
        take_subscription,
        summary="Take a form to subscribe to",
        status=201,
        tags=_tags,
    ),
    Route(
        "DELETE",
        f"{_subscriptions}/{{template_id}}",
        delete_subscription,
        summary="Delete a form to subscribe to",
        tags=_tags,
    ),
    Route(
        "POST",
        f"{_subscriptions}/{{template_id}}/messages",
        send_subscription,
        summary="Send a message that somebody subscribed to",
        status=201,
        tags=_tags,
    ),
    Route("GET", f"{_channel}/once", read_once_form, summary="Read how it writes once", tags=_tags),
    Route(
        "POST",
        f"{_channel}/once/messages",
        send_once,
        summary="Send the one message that somebody allowed",
        status=201,
        tags=_tags,
    ),
    Route(
        "GET",
        "/v1/once",
        read_once_asking,
        summary="Read who asks to write to you once",
        tags=("my official accounts",),
    ),
    Route(
        "POST",
        "/v1/once",
        answer_once,
        summary="Let an account write to you once, or not",
        tags=("my official accounts",),
    ),
    Route("GET", _industries, read_own_industries, summary="Read what it does", tags=_tags),
    Route("PUT", _industries, set_industries, summary="Say what it does", tags=_tags),
)
