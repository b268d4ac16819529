"""Reads the partner feeds of a trust's Quality Improvement Plan.

with FeedsClient("https://qip.example", client_id, client_secret) as feeds:
    for root_cause in feeds.root_causes():
        print(root_cause.ref, root_cause.delivery_status)

FeedError           the service said no; `status`, `type` and `detail` of its problem document
  NotAuthorised     the client's id or secret is not right, or it was revoked (401)
  NotAllowed        the client's scopes don't cover the feed (403)
"""

from qip_feeds.client import FeedError, FeedsClient, NotAllowed, NotAuthorised, Page, Snapshot
from qip_feeds.models import (
    Change,
    ChangeRequest,
    Escalation,
    Finding,
    Kpi,
    Observation,
    RootCause,
    TrajectoryMonth,
    Update,
)
from qip_feeds.webhooks import NotGenuine, verify

__all__ = [
    "Change", "ChangeRequest", "Escalation", "FeedError", "FeedsClient", "Finding", "Kpi", "NotAllowed", "NotAuthorised",
    "NotGenuine", "Observation", "Page", "RootCause", "Snapshot", "TrajectoryMonth", "Update", "verify",
]  # fmt: skip
