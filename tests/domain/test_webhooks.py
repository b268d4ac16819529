"""Where webhooks may go, how they are signed, and when they are tried again."""

import base64
import hashlib
import hmac
from datetime import timedelta

import pytest

from services.domain.errors import RuleBroken
from services.domain.webhooks import (
    FIRST_ATTEMPTS,
    check_address,
    may_be_called,
    signature,
    wait_before_next_attempt,
)

REFUSED = """
127.0.0.1               loopback
127.255.255.254         loopback, all of it
0.0.0.0                 this host
0.1.2.3                 this network
10.0.0.1                private
172.16.0.1              private
172.31.255.255          private
192.168.1.1             private
100.64.0.1              shared by a carrier
100.100.100.200         a cloud's metadata, in the shared range
169.254.169.254         link-local: the clouds' metadata
169.254.170.2           link-local: a container's credentials
168.63.129.16           a cloud's agent at a public address
192.0.0.192             a cloud's metadata, in the protocol range
192.0.2.1               documentation
198.51.100.1            documentation
203.0.113.1             documentation
198.18.0.1              benchmarks
192.88.99.1             relay into 6to4
224.0.0.1               multicast
239.255.255.255         multicast
240.0.0.1               reserved
255.255.255.255         broadcast
::                      unspecified
::1                     loopback
::ffff:127.0.0.1        loopback, mapped
::ffff:7f00:1           loopback, mapped, in hexadecimal
::ffff:10.0.0.1         private, mapped
::ffff:169.254.169.254  metadata, mapped
::127.0.0.1             loopback, in the old compatible form
::ffff:0:127.0.0.1      translated
64:ff9b::7f00:1         loopback behind NAT64
64:ff9b::a9fe:a9fe      metadata behind NAT64
64:ff9b:1::1            local NAT64
fe80::1                 link-local
fe80::1%eth0            link-local, with a zone
fec0::1                 site-local
fc00::1                 unique local
fd00:ec2::254           unique local: a cloud's metadata
fd12:3456:789a::1       unique local
ff02::1                 multicast
100::1                  discarded
2001:db8::1             documentation
2001::7f00:1            Teredo
2002:7f00:1::           loopback in 6to4
2002:a9fe:a9fe::1       metadata in 6to4
2001:2::1               benchmarks
not-an-address          nonsense
2130706433              a number: names are resolved before
"""
ALLOWED = (
    "1.1.1.1",
    "81.2.69.142",
    "2606:4700:4700::1111",
    "2a00:1450:4009:81f::200e",
    "::ffff:1.1.1.1",
    "64:ff9b::101:101",
)


@pytest.mark.parametrize("line", REFUSED.strip().splitlines())
def test_an_address_inside_a_network_is_never_called(line: str) -> None:
    assert not may_be_called(line.split(maxsplit=1)[0]), line


@pytest.mark.parametrize("address", ALLOWED)
def test_a_public_address_is_called(address: str) -> None:
    assert may_be_called(address)


def test_the_development_setting_lets_this_machine_in_and_no_other() -> None:
    assert may_be_called("127.0.0.1", to_this_machine=True)
    assert may_be_called("::1", to_this_machine=True)
    for inside in ("10.0.0.1", "169.254.169.254", "fd00::1", "::ffff:10.0.0.1"):
        assert not may_be_called(inside, to_this_machine=True)


@pytest.mark.parametrize(
    "url",
    [
        "http://partner.example/hooks",
        "ftp://partner.example/hooks",
        "file:///etc/passwd",
        "gopher://partner.example/",
        "//partner.example/hooks",
        "partner.example/hooks",
        "https://",
        "https:///hooks",
        "https://user:secret@partner.example/",
        "https://partner.example@127.0.0.1/",
        "https://partner.example/#part",
        "https://partner.example:22/",
        "https://partner.example:0/",
        "https://partner.example:99999/",
        "https://partner.example:x/",
        "https://[fe80::1%25eth0]/",
        "https://[::1",
        "https://partner.example\\@127.0.0.1/",
        "https://partner.example/a b",
        "https://partner.example/\r\nHost: inside",
        "https://pärtner.example/",
        "https://partner.example/" + "a" * 2_000,
        "",
    ],
)
def test_what_is_no_https_address_of_the_internet_is_refused_in_one_sentence(url: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_address(url)
    (problem,) = refused.value.problems
    assert problem.field == "url"


def test_an_address_is_taken_apart() -> None:
    assert check_address("https://Partner.Example:8443/hooks?of=qip") == (
        "https", "partner.example", 8443, "/hooks?of=qip",
    )  # fmt: skip
    assert check_address("https://partner.example") == ("https", "partner.example", 443, "/")


def test_plain_http_is_taken_under_the_development_setting_alone() -> None:
    assert check_address("http://127.0.0.1:9999/", to_this_machine=True).port == 9999
    with pytest.raises(RuleBroken):
        check_address("http://127.0.0.1:9999/")


def test_a_signature_is_that_of_the_standards_own_example() -> None:
    """The example of the Standard Webhooks specification, worked out here by hand as well."""
    secret, message_id, at = (
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
    )
    body = b'{"test": 2432232314}'
    assert signature(secret, message_id, at, body) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    by_hand = hmac.new(
        base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), b"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330." + body,
        hashlib.sha256,
    )  # fmt: skip
    assert signature(secret, message_id, at, body) == "v1," + base64.b64encode(by_hand.digest()).decode()


def test_it_is_tried_ten_times_in_three_days_and_then_given_up() -> None:
    waits = [wait_before_next_attempt(failures) for failures in range(1, 11)]
    assert waits[:2] == [timedelta(seconds=5), timedelta(minutes=5)]
    assert waits[-1] is None
    assert sorted(FIRST_ATTEMPTS) == list(FIRST_ATTEMPTS)
    assert timedelta(days=3) < sum(FIRST_ATTEMPTS, timedelta()) < timedelta(days=4)
