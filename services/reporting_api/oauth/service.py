"""Client credentials for a token (RFC 6749, section 4.4)."""

import base64
import binascii
from datetime import timedelta
from urllib.parse import parse_qsl, unquote_plus

from sqlalchemy.ext.asyncio import AsyncSession

from services.reporting_api.oauth.schemas import AccessToken, TokenRefused
from services.shared.api_clients import Credentials, note_use, proven_client
from services.shared.models import ApiClient
from services.shared.tokens import Claims, sign

TOKEN_LASTS = timedelta(hours=1)
GRANT_TYPE = "client_credentials"
MOST_FIELDS = 20


def form_of(content_type: str, body: bytes) -> dict[str, str]:
    """The fields of a token request; one without a value counts as left out. Raises TokenRefused."""
    if content_type.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise TokenRefused("invalid_request", "Send the request as application/x-www-form-urlencoded.")
    try:
        fields = parse_qsl(body.decode(), max_num_fields=MOST_FIELDS)
    except ValueError:
        raise TokenRefused("invalid_request", "The form can't be read. Send it again.") from None
    form = dict(fields)
    if len(form) < len(fields):
        raise TokenRefused("invalid_request", "The form gives a field twice. Give each once.")
    return form


def credentials_of(authorization: str | None, form: dict[str, str]) -> Credentials:
    """The id and secret, by HTTP Basic or in the form, not in both. Raises TokenRefused."""
    in_form = Credentials(form.get("client_id", ""), form.get("client_secret", ""))
    if authorization is None:
        if not all(in_form):
            raise TokenRefused(
                "invalid_client", "Send the client's id and secret by HTTP Basic or in the form."
            )
        return in_form
    given = _basic(authorization)
    if in_form.secret or in_form.client_id not in {"", given.client_id}:
        raise TokenRefused(
            "invalid_request", "Send the client's id and secret by HTTP Basic or in the form, not both."
        )
    return given


async def issue_token(db: AsyncSession, given: Credentials, form: dict[str, str]) -> AccessToken:
    """A token for an hour with the scopes asked for, else with all that the client has. Raises TokenRefused."""
    grant_type = form.get("grant_type")
    if grant_type is None:
        raise TokenRefused("invalid_request", f"Say grant_type={GRANT_TYPE}.")
    if grant_type != GRANT_TYPE:
        raise TokenRefused("unsupported_grant_type", f"The one grant type here is {GRANT_TYPE}.")
    proven = await proven_client(db, given) if "".join(given).isprintable() else None
    if proven is None:
        raise TokenRefused(
            "invalid_client", "The client's id or secret is not right, or the client was revoked."
        )
    client, secret = proven
    scopes = _scopes(client, form.get("scope"))
    await note_use(db, client.client_id)
    token, _ = sign(Claims(f"client:{client.client_id}", scopes=scopes, secret=secret), TOKEN_LASTS)
    return AccessToken(
        access_token=token, expires_in=int(TOKEN_LASTS.total_seconds()), scope=" ".join(sorted(scopes))
    )


def _scopes(client: ApiClient, asked: str | None) -> frozenset[str]:
    held = frozenset(client.scopes)
    wanted = frozenset((asked or "").split()) or held
    if not wanted <= held:
        raise TokenRefused("invalid_scope", f"This client may ask for {' '.join(sorted(held))} only.")
    return wanted


def _basic(authorization: str) -> Credentials:
    scheme, _, encoded = authorization.partition(" ")
    try:
        client_id, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        colon = ""
    if scheme.lower() != "basic" or not colon:
        raise TokenRefused(
            "invalid_client", "The Authorization header is not HTTP Basic with an id and a secret."
        )
    return Credentials(unquote_plus(client_id), unquote_plus(secret))
