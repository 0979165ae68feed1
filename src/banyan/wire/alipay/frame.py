"""Answers of the gateway: the exact text that is signed, and what stands around it."""

import re

import msgspec

_beyond = re.compile(r"[^\x00-\x7f]")
_text = re.compile(rb'"(?:[^"\\]|\\.)*"')


def encode_content(content: object) -> bytes:
    """An answer's own JSON, in the form in which it is signed.

    SDKs find its end by counting braces, those within texts too: there they are escaped.
    """
    return _text.sub(_escape, msgspec.json.encode(content))


def escape_text(content: bytes) -> bytes:
    """The same JSON in ASCII, which reads alike in every charset."""
    return _beyond.sub(_name, content.decode()).encode()


def _name(match: re.Match[str]) -> str:
    pairs = match[0].encode("utf-16-be").hex()
    return "".join(f"\\u{pairs[at : at + 4]}" for at in range(0, len(pairs), 4))


def _escape(match: re.Match[bytes]) -> bytes:
    return match[0].replace(b"{", b"\\u007b").replace(b"}", b"\\u007d")


def render_frame(name: str, content: bytes, signature: str, cert_sn: str = "") -> bytes:
    """The whole answer: the signed text unchanged, and the signature beside it."""
    certificate = f',"alipay_cert_sn":"{cert_sn}"' if cert_sn else ""
    signed = f',"sign":"{signature}"' if signature else ""
    return b'{"%s":%s%s%s}' % (name.encode(), content, certificate.encode(), signed.encode())
