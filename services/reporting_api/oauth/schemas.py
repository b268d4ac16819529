"""What the token endpoint answers (RFC 6749, sections 5.1 and 5.2)."""

from typing import Literal

from pydantic import BaseModel

from services.domain.errors import DomainError

ErrorCode = Literal["invalid_request", "invalid_client", "invalid_scope", "unsupported_grant_type"]


class AccessToken(BaseModel):
    """A token for an hour."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the kind of token, not a secret
    expires_in: int
    scope: str


class Refusal(BaseModel):
    """Why there is no token."""

    error: ErrorCode
    error_description: str


class TokenRefused(DomainError):
    """The request for a token is refused; `refusal` is the answer's body."""

    def __init__(self, error: ErrorCode, sentence: str) -> None:
        self.refusal = Refusal(error=error, error_description=sentence)
        super().__init__(sentence)
