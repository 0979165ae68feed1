"""Every page of the phone app."""

from banyan.doors.pages.phone.about import routes as about
from banyan.doors.pages.phone.alipay import auth_routes as alipay_auth
from banyan.doors.pages.phone.app import routes as app
from banyan.doors.pages.phone.arrive import routes as arrive
from banyan.doors.pages.phone.article import routes as article
from banyan.doors.pages.phone.bill import routes as bill
from banyan.doors.pages.phone.card import offer_routes as card_offers
from banyan.doors.pages.phone.card import routes as card
from banyan.doors.pages.phone.cards import routes as cards
from banyan.doors.pages.phone.cashdesk import routes as cashdesk
from banyan.doors.pages.phone.charge import routes as charge
from banyan.doors.pages.phone.checkout import routes as checkout
from banyan.doors.pages.phone.circle import routes as circle
from banyan.doors.pages.phone.complaints import routes as complaints
from banyan.doors.pages.phone.consent import once_routes as once
from banyan.doors.pages.phone.consent import routes as consent
from banyan.doors.pages.phone.coupons import routes as coupons
from banyan.doors.pages.phone.desk_invite import routes as desk_invite
from banyan.doors.pages.phone.enrolments import routes as enrolments
from banyan.doors.pages.phone.enter import routes as enter
from banyan.doors.pages.phone.goods import routes as goods
from banyan.doors.pages.phone.home import routes as home
from banyan.doors.pages.phone.inbox import routes as inbox
from banyan.doors.pages.phone.invoices import routes as invoices
from banyan.doors.pages.phone.later import routes as later
from banyan.doors.pages.phone.me import routes as me
from banyan.doors.pages.phone.orders import routes as orders
from banyan.doors.pages.phone.outside import desk_routes as outside_at_desk
from banyan.doors.pages.phone.outside import routes as outside
from banyan.doors.pages.phone.packets import routes as packets
from banyan.doors.pages.phone.parking import routes as parking
from banyan.doors.pages.phone.password import routes as password
from banyan.doors.pages.phone.pay import routes as pay
from banyan.doors.pages.phone.paycode import routes as paycode
from banyan.doors.pages.phone.payout import routes as payout
from banyan.doors.pages.phone.platform import routes as platform
from banyan.doors.pages.phone.scan import routes as scan
from banyan.doors.pages.phone.scene import routes as scene
from banyan.doors.pages.phone.search import routes as search
from banyan.doors.pages.phone.send import routes as send
from banyan.doors.pages.phone.shake import routes as shake
from banyan.doors.pages.phone.shelf import routes as shelf
from banyan.doors.pages.phone.sign_in import routes as sign_in
from banyan.doors.pages.phone.talk import routes as talk
from banyan.doors.pages.phone.things import routes as things
from banyan.doors.pages.phone.transfers import routes as transfers
from banyan.doors.pages.phone.vouchers import routes as vouchers
from banyan.doors.pages.phone.wallet import routes as wallet
from banyan.doors.pages.phone.wifi import routes as wifi
from banyan.doors.pages.router import PageRoute

_pages = (
    bill,
    home,
    scan,
    scene,
    sign_in,
    enter,
    arrive,
    shelf,
    about,
    checkout,
    pay,
    orders,
    outside,
    outside_at_desk,
    invoices,
    goods,
    cards,
    card,
    card_offers,
    coupons,
    inbox,
    talk,
    send,
    desk_invite,
    wallet,
    password,
    paycode,
    packets,
    payout,
    later,
    parking,
    complaints,
    circle,
    transfers,
    enrolments,
    me,
    consent,
    once,
    app,
    platform,
    alipay_auth,
    charge,
    cashdesk,
    article,
    search,
    things,
    shake,
    vouchers,
    wifi,
)

ROUTES: tuple[PageRoute, ...] = tuple(route for page in _pages for route in page.ROUTES)
