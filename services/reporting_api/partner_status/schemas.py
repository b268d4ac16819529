"""What partners rely on, as found by looking."""

from datetime import datetime

from pydantic import BaseModel, Field


class FeedCheck(BaseModel):
    """Whether a feed answered just now."""

    feed: str
    up: bool
    milliseconds: int


class NightlyWork(BaseModel):
    """When a night's work was last done."""

    work: str
    last_done: datetime | None


class PartnerStatus(BaseModel):
    """Nothing here is remembered or promised: each part was looked up for this answer."""

    checked_at: datetime
    feeds: list[FeedCheck]
    last_change: datetime | None = Field(
        description="Of anything in the system; null: none in the last two days"
    )
    nightly: list[NightlyWork]
    verified_at: datetime | None = Field(description="When the whole audit trail was last worked out again")
    verified_entries: int | None
    verified_whole: bool | None
    delivered: int = Field(description="Webhook events that were delivered in the last day")
    failed_attempts: int = Field(description="Attempts to deliver that failed in the last day")
    waiting: int = Field(description="Webhook deliveries that wait now")
    stopped: int = Field(description="Webhooks that are stopped because they failed")
