"""Calling out to addresses that partners gave: the name is resolved once, checked, and the call goes to that very address.

A name that is public when it is registered and points inwards later (DNS rebinding) is refused at the call, because what was
checked is what is connected to. Redirects are not followed, proxies of the environment not used, bodies not read.
"""

import asyncio
import socket
import ssl
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address

import httpx2

from services.domain.errors import RuleBroken
from services.domain.webhooks import Target, check_address, may_be_called
from services.shared.settings import settings

RESOLVE_SECONDS = 3
TIMEOUT = httpx2.Timeout(5, connect=3)
WHOLE_SECONDS = 10
"""How long one call takes at most, however slowly the other side answers."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a call: the status that was answered, or the code word of why there is none."""

    status: int | None = None
    error: str | None = None

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class InwardAddress(Exception):
    """The name points somewhere that is not out in the public internet."""


async def addresses_of(host: str, port: int) -> list[str]:
    """As the name servers say now. Raises OSError for a name that there isn't."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


async def resolve(target: Target) -> str:
    """One address of the host that may be called. Raises InwardAddress if any of its addresses may not, OSError for none."""
    async with asyncio.timeout(RESOLVE_SECONDS):
        addresses = await addresses_of(target.host, target.port)
    if not addresses:
        raise OSError
    here = settings().webhooks_to_this_machine
    if not all(may_be_called(address, to_this_machine=here) for address in addresses):
        raise InwardAddress
    if target.scheme == "http" and not all(ip_address(address).is_loopback for address in addresses):
        raise InwardAddress  # plain http is for development on this machine alone
    return addresses[0]


async def check_reachable(url: str) -> None:
    """What is checked when an address is registered. Raises RuleBroken."""
    target = check_address(url, to_this_machine=settings().webhooks_to_this_machine)
    try:
        await resolve(target)
    except InwardAddress:
        raise RuleBroken.at(
            "url", f"{target.host} is an address inside a network, which is never called: give a public one."
        ) from None
    except (OSError, TimeoutError, UnicodeError):
        raise RuleBroken.at(
            "url", f"The name {target.host} can't be found: check it, or try again later."
        ) from None


@lru_cache
def trusted_authorities() -> ssl.SSLContext:
    """Whose certificates are believed (SSL_CERT_FILE's, where that is set): read once a process."""
    return httpx2.create_ssl_context()


async def post(url: str, body: bytes, headers: dict[str, str]) -> Outcome:
    """Sends it once, and reads no more than the status of what is answered."""
    try:
        async with asyncio.timeout(WHOLE_SECONDS):
            target = check_address(url, to_this_machine=settings().webhooks_to_this_machine)
            address = await resolve(target)
            return await _post_to(target, address, body, headers)
    except (RuleBroken, InwardAddress, OSError, UnicodeError, httpx2.HTTPError, httpx2.InvalidURL) as error:
        return Outcome(error=_word_of(error))


async def _post_to(target: Target, address: str, body: bytes, headers: dict[str, str]) -> Outcome:
    literal = f"[{address}]" if ":" in address else address
    named = f"[{target.host}]" if ":" in target.host else target.host
    default = {"https": 443, "http": 80}[target.scheme]
    host = named if target.port == default else f"{named}:{target.port}"
    async with (
        httpx2.AsyncClient(
            timeout=TIMEOUT, follow_redirects=False, trust_env=False, verify=trusted_authorities()
        ) as client,
        client.stream(
            "POST",
            f"{target.scheme}://{literal}:{target.port}{target.path}",
            content=body,
            headers={**headers, "Host": host, "Connection": "close"},
            # The certificate has to be that of the name, not of the number that is connected to.
            extensions={"sni_hostname": target.host},
        ) as response,
    ):
        return Outcome(status=response.status_code)


WORDS = (
    (RuleBroken, "address_refused"),
    (InwardAddress, "address_inside_a_network"),
    ((TimeoutError, httpx2.TimeoutException), "timed_out"),
    ((OSError, UnicodeError), "name_not_found"),
    (httpx2.ConnectError, "connection_refused"),
    (httpx2.ProtocolError, "broken_answer"),
)


def _word_of(error: Exception) -> str:
    """Code words only: what the other side says is shown to nobody."""
    if isinstance(error, httpx2.ConnectError) and "certificate" in str(error).lower():
        return "certificate_refused"
    return next((word for kind, word in WORDS if isinstance(error, kind)), "connection_lost")
