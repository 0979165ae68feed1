"""Alipay's formats: what is signed and how, framed answers, certificates' numbers, sums in yuan."""

from banyan.wire.alipay.amounts import parse_yuan, render_yuan
from banyan.wire.alipay.bills import BillLine, BillPaper, render_bill
from banyan.wire.alipay.certificates import read_chain_sn, read_sn
from banyan.wire.alipay.flows import FlowLine, render_flow
from banyan.wire.alipay.frame import encode_content, escape_text, render_frame
from banyan.wire.alipay.signing import (
    SignType,
    is_signed,
    parse_private_key,
    parse_public_key,
    render_notice_text,
    render_request_text,
    sign,
)

__all__ = (
    "BillLine",
    "BillPaper",
    "FlowLine",
    "SignType",
    "encode_content",
    "escape_text",
    "is_signed",
    "parse_private_key",
    "parse_public_key",
    "parse_yuan",
    "read_chain_sn",
    "read_sn",
    "render_bill",
    "render_flow",
    "render_frame",
    "render_notice_text",
    "render_request_text",
    "render_yuan",
    "sign",
)
