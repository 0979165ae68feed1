"""The API of template messages: an account's forms, and sending one."""

from banyan.doors.http import Route
from banyan.reach.templates import (
    delete_template,
    list_templates,
    read_own_industries,
    send_template,
    set_industries,
    take_template,
    write_template,
)

_tags = ("template messages",)
_channel = "/v1/merchants/{merchant_id}/channels/{channel_id}"
_templates = f"{_channel}/templates"
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
    Route("GET", _industries, read_own_industries, summary="Read what it does", tags=_tags),
    Route("PUT", _industries, set_industries, summary="Say what it does", tags=_tags),
)
