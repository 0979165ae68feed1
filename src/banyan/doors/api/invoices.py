"""The API of invoices: what people are called on them, and those they were given."""

from banyan.commerce.invoices import (
    answer_asked,
    ask_for_order,
    change_title,
    drop_title,
    keep_title,
    list_my_invoices,
    list_my_titles,
    read_asked,
    read_my_invoice,
    show_invoice,
)
from banyan.doors.http import Route

_ME = ("me",)

ROUTES = (
    Route("GET", "/v1/me/invoices", list_my_invoices, summary="List my invoices", tags=_ME),
    Route(
        "GET",
        "/v1/me/invoices/{issuer_id}/{code}",
        read_my_invoice,
        summary="Read one of my invoices",
        tags=_ME,
    ),
    Route(
        "POST",
        "/v1/me/invoices/{issuer_id}/{code}/shown",
        show_invoice,
        summary="Let an account see one of my invoices",
        tags=_ME,
    ),
    Route("GET", "/v1/me/titles", list_my_titles, summary="List my titles", tags=_ME),
    Route("POST", "/v1/me/titles", keep_title, summary="Keep a title", tags=_ME),
    Route("PUT", "/v1/me/titles/{title_id}", change_title, summary="Change a title", tags=_ME),
    Route("DELETE", "/v1/me/titles/{title_id}", drop_title, summary="Delete a title", tags=_ME),
    Route(
        "POST",
        "/v1/me/orders/{order_id}/invoice",
        ask_for_order,
        summary="Ask for the invoice of an order",
        tags=_ME,
    ),
    Route(
        "GET",
        "/v1/invoice-requests/{token}",
        read_asked,
        summary="Read which title is asked for",
        tags=("invoices",),
    ),
    Route(
        "POST",
        "/v1/invoice-requests/{token}",
        answer_asked,
        summary="Say what one is called on an invoice",
        tags=("invoices",),
    ),
)
