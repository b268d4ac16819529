"""Verifies what a webhook brings, by the Standard Webhooks scheme."""

import base64
import binascii
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

TOLERANCE_SECONDS = 300


class NotGenuine(Exception):
    """The signature is not of this secret, or the event is too old or from the future: answer 400, and do nothing."""


def verify(
    secret: str, headers: Mapping[str, str], body: bytes, *, now: float | None = None
) -> dict[str, Any]:
    """The event, if it is genuine: `{"type", "timestamp", "data"}`. Raises NotGenuine. The header `webhook-id` tells repeats."""
    lowered = {name.lower(): value for name, value in headers.items()}
    try:
        message_id, timestamp = lowered["webhook-id"], lowered["webhook-timestamp"]
        age = abs((time.time() if now is None else now) - int(timestamp))
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        given = lowered["webhook-signature"].split()
    except (KeyError, ValueError, binascii.Error) as error:
        raise NotGenuine("The headers or the secret can't be read.") from error
    signed = hmac.digest(key, f"{message_id}.{timestamp}.".encode() + body, "sha256")
    expected = "v1," + base64.b64encode(signed).decode()
    if age > TOLERANCE_SECONDS or not any(hmac.compare_digest(each, expected) for each in given):
        raise NotGenuine("The signature or the time is not right.")
    event: dict[str, Any] = json.loads(body)
    return event
