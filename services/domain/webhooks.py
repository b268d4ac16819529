"""Webhooks: where the system may call, how it signs (Standard Webhooks), and when it tries again."""

import base64
import hmac
from collections.abc import Mapping
from datetime import timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from services.domain.errors import RuleBroken
from services.domain.words import FeedScope, PartnerEventKind

SCOPE_OF: Final[Mapping[PartnerEventKind, FeedScope]] = {
    PartnerEventKind.PACK_PUBLISHED: FeedScope.PACKS_READ,
    PartnerEventKind.ESCALATION_RAISED: FeedScope.ESCALATIONS_READ,
    PartnerEventKind.ESCALATION_DECIDED: FeedScope.ESCALATIONS_READ,
}
"""What a client must be allowed to read to be told of an event; a test event needs nothing."""

FIRST_ATTEMPTS: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""How long after each failure the next attempt comes: ten attempts in three days and three hours."""

LONGEST_URL: Final = 2_000
TLS_PORT: Final = 443
LEAST_PORT: Final = 1024
LARGEST_PORT: Final = 65_535

_PUBLIC_IPV6: Final = IPv6Network("2000::/3")
_NAT64: Final = IPv6Network("64:ff9b::/96")
_NEVER: Final = (
    IPv4Network("168.63.129.16/32"),  # a cloud's own agent, at a public address
    IPv4Network("192.0.0.0/24"),  # protocols' own, a cloud's metadata among them
    IPv4Network("192.88.99.0/24"),  # the old relay into 6to4
    IPv6Network("2001::/32"),  # Teredo, which holds another address
    IPv6Network("2002::/16"),  # 6to4, which holds another address
)


def stopped_mail(client: str, host: str, because: str, *, feed: str) -> tuple[str, str]:
    """The subject and text of the mail to a partner's contact. Of the address the host alone: the rest may hold a key."""
    return (
        "Your webhook of the Quality Improvement Plan is stopped",
        f"Nothing is sent to {host} any more, for your client “{client}”: {because[:1].lower()}{because[1:]}\n\n"
        "What to do:\n\n"
        "1. See to it that your system answers with a status of 200 to 299 at once.\n"
        "2. Ask the PMO of the Trust to start the webhook again.\n"
        f"3. What was not delivered is not sent again: read {feed}\n"
        "   with the last cursor that you have kept. It misses nothing.\n",
    )


class Target(NamedTuple):
    """Where a webhook goes: the name to resolve and to prove by certificate, and the rest of its address."""

    scheme: str
    host: str
    port: int
    path: str


def check_address(url: str, *, to_this_machine: bool = False) -> Target:
    """What the address names. Raises RuleBroken for what is no https address that the system may call.

    `to_this_machine`: the development setting, under which plain http is taken as well.
    """
    url = url.strip()
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise _refused(
            "Give one address of up to 2,000 plain characters, like https://partner.example/hooks."
        )
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _refused("This is no address: give one like https://partner.example/hooks.") from None
    if parts.scheme != "https" and not (to_this_machine and parts.scheme == "http"):
        raise _refused(
            "Give an address that begins with https://: what is told must not travel in the clear."
        )
    if not host:
        raise _refused("This address names no host: give one like https://partner.example/hooks.")
    if parts.username is not None or parts.password is not None:
        raise _refused("Leave user name and password out of the address: each event is signed instead.")
    if parts.fragment:
        raise _refused("Leave out what follows # in the address: it is never sent.")
    if "%" in host:
        raise _refused("This address names a network of this machine: give a public one.")
    port = port if port is not None else TLS_PORT if parts.scheme == "https" else 80
    if port != TLS_PORT and not (LEAST_PORT <= port <= LARGEST_PORT) and not to_this_machine:
        raise _refused("Use port 443, or one from 1024: lower ones belong to other services.")
    return Target(parts.scheme, host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


def may_be_called(address: str, *, to_this_machine: bool = False) -> bool:
    """Whether a resolved IP address is out in the public internet; under the development setting: on this machine, too.

    Private, shared, loopback, link-local (the clouds' metadata), unique local, multicast and reserved ones are not; nor is an
    IPv6 address that holds an IPv4 one that is not.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if to_this_machine and ip.is_loopback:
        return True
    return _public_v4(ip) if isinstance(ip, IPv4Address) else _public_v6(ip)


def _public_v4(ip: IPv4Address) -> bool:
    inner = ip.is_private or ip.is_loopback or ip.is_link_local or ip.is_multicast or ip.is_reserved
    return ip.is_global and not inner and not _is_never(ip)


def _public_v6(ip: IPv6Address) -> bool:
    if ip.scope_id is not None:
        return False
    if ip.ipv4_mapped is not None:
        return _public_v4(ip.ipv4_mapped)
    if ip in _NAT64:
        return _public_v4(IPv4Address(int(ip) & 0xFFFF_FFFF))
    return ip in _PUBLIC_IPV6 and ip.is_global and not _is_never(ip)


def _is_never(ip: IPv4Address | IPv6Address) -> bool:
    return any(ip in network for network in _NEVER if network.version == ip.version)


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the base64 of HMAC-SHA256 over id, timestamp and body, under the bytes that `whsec_...` stands for."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def wait_before_next_attempt(attempts: int) -> timedelta | None:
    """After so many failures; None when it is given up."""
    return FIRST_ATTEMPTS[attempts - 1] if attempts <= len(FIRST_ATTEMPTS) else None


def _refused(sentence: str) -> RuleBroken:
    return RuleBroken.at("url", sentence)
