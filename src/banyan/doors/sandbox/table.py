"""Every call of the sandbox: a promise, as tests of other programs are written against them."""

from __future__ import annotations

from banyan.doors.http import Route
from banyan.doors.sandbox.alipay_calls import add_alipay_app
from banyan.doors.sandbox.app_calls import (
    add_draft,
    bring_out,
    come_to_talk,
    end_audit,
    hand_over,
    open_page,
    share_page,
    want_message,
)
from banyan.doors.sandbox.around_calls import decide_beacons, shake_around
from banyan.doors.sandbox.callback_calls import (
    list_callbacks,
    replay_callback,
    set_callback,
)
from banyan.doors.sandbox.card_calls import (
    accept_card,
    add_card,
    choose_card,
    do_with_card,
)
from banyan.doors.sandbox.channel_calls import (
    add_channel,
    follow_channel,
    read_openid,
    unfollow_channel,
)
from banyan.doors.sandbox.consent_calls import authorize_url, enter_miniapp, give_phone
from banyan.doors.sandbox.device_calls import (
    give_ticket,
    give_up_device,
    speak_as_device,
    watch_thing,
)
from banyan.doors.sandbox.fault_calls import add_fault
from banyan.doors.sandbox.merchant_calls import add_merchant, read_balance
from banyan.doors.sandbox.pay_calls import pay_asked
from banyan.doors.sandbox.people_calls import (
    add_money,
    add_person,
    read_inbox,
    show_payment_code,
    show_wallet,
)
from banyan.doors.sandbox.scan_calls import scan
from banyan.doors.sandbox.talk_calls import answer_desk, say_words, tap_button, tell_place
from banyan.doors.sandbox.time_calls import check_invariants, read_clock, reset, set_clock

_picture_bytes_max = 2 << 20
_film_bytes_max = 15 << 20

ROUTES = (
    Route("POST", "/sandbox/reset", reset, summary="Empty everything"),
    Route("GET", "/sandbox/clock", read_clock, summary="Tell the time"),
    Route("POST", "/sandbox/clock", set_clock, summary="Move time"),
    Route("POST", "/sandbox/people", add_person, summary="Add a person"),
    Route("POST", "/sandbox/channels", add_channel, summary="Add an official account"),
    Route(
        "POST",
        "/sandbox/channels/{appid}/callback",
        set_callback,
        summary="Give an official account a server",
    ),
    Route("GET", "/sandbox/callbacks", list_callbacks, summary="List what servers were told"),
    Route(
        "POST",
        "/sandbox/callbacks/{id}/replay",
        replay_callback,
        summary="Tell a server once more",
    ),
    Route("POST", "/sandbox/merchants", add_merchant, summary="Add a merchant"),
    Route("POST", "/sandbox/alipay-apps", add_alipay_app, summary="Add an app of Alipay's kind"),
    Route("POST", "/sandbox/people/{person}/follow", follow_channel, summary="Follow"),
    Route("POST", "/sandbox/people/{person}/unfollow", unfollow_channel, summary="Unfollow"),
    Route("POST", "/sandbox/people/{person}/openid", read_openid, summary="Tell the openid"),
    Route(
        "POST",
        "/sandbox/people/{person}/scan",
        scan,
        summary="Scan a code",
        body_bytes_max=_picture_bytes_max,
    ),
    Route(
        "POST",
        "/sandbox/people/{person}/say",
        say_words,
        summary="Say something",
        body_bytes_max=_film_bytes_max,
    ),
    Route(
        "POST",
        "/sandbox/people/{person}/click",
        tap_button,
        summary="Tap a menu's button",
        body_bytes_max=_film_bytes_max,
    ),
    Route(
        "POST",
        "/sandbox/people/{person}/desk-invitation",
        answer_desk,
        summary="Be an agent, or not",
    ),
    Route("POST", "/sandbox/people/{person}/locate", tell_place, summary="Tell where one is"),
    Route("GET", "/sandbox/people/{person}/inbox", read_inbox, summary="Read the inbox"),
    Route(
        "POST",
        "/sandbox/people/{person}/authorize",
        authorize_url,
        summary="Let an account know who one is",
    ),
    Route(
        "POST",
        "/sandbox/people/{person}/mini-login",
        enter_miniapp,
        summary="Open a mini program",
    ),
    Route("POST", "/sandbox/people/{person}/add-card", add_card, summary="Take a card"),
    Route(
        "POST",
        "/sandbox/people/{person}/choose-card",
        choose_card,
        summary="Tell a page which cards one holds",
    ),
    Route(
        "POST", "/sandbox/people/{person}/card", do_with_card, summary="Do something with a card"
    ),
    Route(
        "POST",
        "/sandbox/people/{person}/accept-card",
        accept_card,
        summary="Take the card that a friend sent",
    ),
    Route(
        "POST",
        "/sandbox/people/{person}/device-ticket",
        give_ticket,
        summary="Let an account's page bind a device",
    ),
    Route(
        "POST",
        "/sandbox/people/{person}/device-say",
        speak_as_device,
        summary="Speak as a device",
    ),
    Route("POST", "/sandbox/people/{person}/device-watch", watch_thing, summary="Watch a device"),
    Route(
        "POST",
        "/sandbox/people/{person}/device-unbind",
        give_up_device,
        summary="Unbind a device",
    ),
    Route("POST", "/sandbox/miniapps/{appid}/drafts", add_draft, summary="Upload code"),
    Route("POST", "/sandbox/miniapps/{appid}/release", bring_out, summary="Release pages"),
    Route("POST", "/sandbox/miniapps/{appid}/audit", end_audit, summary="Decide an audit"),
    Route("POST", "/sandbox/people/{person}/open", open_page, summary="Open a page"),
    Route("POST", "/sandbox/people/{person}/contact", come_to_talk, summary="Come to talk"),
    Route("POST", "/sandbox/people/{person}/open-data", hand_over, summary="Hand data over"),
    Route("POST", "/sandbox/people/{person}/share", share_page, summary="Share a page"),
    Route(
        "POST",
        "/sandbox/people/{person}/subscribe",
        want_message,
        summary="Want a message",
    ),
    Route(
        "POST",
        "/sandbox/people/{person}/phone-code",
        give_phone,
        summary="Give a mini program one's phone",
    ),
    Route("POST", "/sandbox/people/{person}/shake", shake_around, summary="Shake near beacons"),
    Route(
        "POST",
        "/sandbox/channels/{appid}/beacon-applications/{apply_id}",
        decide_beacons,
        summary="Decide an application for beacons",
    ),
    Route("POST", "/sandbox/people/{person}/topup", add_money, summary="Top up"),
    Route("POST", "/sandbox/people/{person}/pay", pay_asked, summary="Pay what is asked"),
    Route("GET", "/sandbox/people/{person}/wallet", show_wallet, summary="Show the wallet"),
    Route(
        "GET",
        "/sandbox/people/{person}/payment-code",
        show_payment_code,
        summary="Show the payment code",
    ),
    Route("GET", "/sandbox/merchants/{mchid}/balance", read_balance, summary="Read the purse"),
    Route("POST", "/sandbox/faults", add_fault, summary="Break something"),
    Route("GET", "/sandbox/invariants", check_invariants, summary="Check every promise"),
)
