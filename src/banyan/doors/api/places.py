"""The API of places: codes on doors and tables, scans, figures, posters."""

from banyan.commerce.places import (
    add_places,
    change_place,
    issue_code,
    join_touches,
    list_places,
    list_statistics,
    read_code,
    record_touches,
    switch_code,
)
from banyan.doors.http import Route
from banyan.doors.papers.posters import (
    PDF,
    PNG,
    SVG,
    draw_poster_pdf,
    draw_poster_png,
    draw_poster_svg,
    draw_posters,
    render_file,
)

_TAGS = ("places",)
_SCANS = ("scans",)
_MERCHANT = "/v1/merchants/{merchant_id}"
_CODE = f"{_MERCHANT}/codes/{{code_id}}"

_places = (
    Route(
        "POST",
        f"{_MERCHANT}/stores/{{store_id}}/places",
        add_places,
        summary="Add places with a code each, many at once",
        status=201,
        tags=_TAGS,
    ),
    Route("GET", f"{_MERCHANT}/places", list_places, summary="List places", tags=_TAGS),
    Route(
        "PUT",
        f"{_MERCHANT}/places/{{place_id}}",
        change_place,
        summary="Rename a place",
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_MERCHANT}/places/{{place_id}}/codes",
        issue_code,
        summary="Print one more code for a place",
        status=201,
        tags=_TAGS,
    ),
    Route("GET", _CODE, read_code, summary="Read a code", tags=_TAGS),
    Route(
        "PUT",
        f"{_CODE}/activity",
        switch_code,
        summary="Let a code lead nowhere, or to its place again",
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_MERCHANT}/codes/statistics",
        list_statistics,
        summary="List how often each code was scanned",
        tags=_TAGS,
    ),
)
_posters = (
    Route(
        "GET",
        f"{_CODE}/poster.pdf",
        draw_poster_pdf,
        summary="Draw a poster as PDF",
        tags=_TAGS,
        render=render_file,
        media_type=PDF,
    ),
    Route(
        "GET",
        f"{_CODE}/poster.svg",
        draw_poster_svg,
        summary="Draw a poster as SVG",
        tags=_TAGS,
        render=render_file,
        media_type=SVG,
    ),
    Route(
        "GET",
        f"{_CODE}/poster.png",
        draw_poster_png,
        summary="Draw a poster as PNG",
        tags=_TAGS,
        render=render_file,
        media_type=PNG,
    ),
    Route(
        "GET",
        f"{_MERCHANT}/stores/{{store_id}}/posters.pdf",
        draw_posters,
        summary="Draw the posters of all places of a store as one PDF",
        tags=_TAGS,
        render=render_file,
        media_type=PDF,
    ),
)
_scans = (
    Route(
        "POST",
        "/v1/touches",
        record_touches,
        summary="Record that a code was scanned",
        status=201,
        tags=_SCANS,
    ),
    Route(
        "POST",
        "/v1/touches/join",
        join_touches,
        summary="Make what a device scanned before signing in yours",
        tags=_SCANS,
    ),
)

ROUTES = (*_places, *_posters, *_scans)
