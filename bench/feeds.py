"""Partner feeds a second, beside ready-made bytes that are sent after one look at the database."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import repeat

from bench.comparison import Comparison
from bench.load import Request, answer, rate
from bench.system import Systems
from services.domain.words import FeedScope
from services.shared.api_clients import create_client
from services.shared.tokens import Claims, sign

TOKEN_LASTS = timedelta(hours=1)
FEEDS = {
    "trajectory": "/feeds/v1/trajectory?as_at=2019-04-30",
    "root-causes": "/feeds/v1/root-causes",
    "root-causes-50": "/feeds/v1/root-causes?limit=50",
}
AIM = "at least 0.8"


async def comparisons(systems: Systems) -> list[Comparison]:
    """Two feeds whole, a page of one, and one for a partner who has it already."""
    partner = {"Authorization": f"Bearer {await _token(systems)}"}
    etags = {feed: await _keep_in_twin(systems, feed, partner) for feed in FEEDS}
    has_it = partner | {"If-None-Match": etags["root-causes"]}
    return [
        _comparison(systems, "trajectory feed (kept bytes)", "trajectory", partner),
        _comparison(systems, "root-causes feed (kept bytes)", "root-causes", partner),
        _comparison(systems, "root-causes feed, 50 of them (kept bytes)", "root-causes-50", partner),
        _comparison(systems, "root-causes feed, not modified (304)", "root-causes", has_it, expect=304),
    ]


async def _token(systems: Systems) -> str:
    async with systems.demo.database.transaction() as db:
        client = await create_client(db, "Bench", [FeedScope.PLAN_READ])
    return sign(Claims(f"client:{client.client_id}", scopes=frozenset({FeedScope.PLAN_READ})), TOKEN_LASTS)[0]


async def _keep_in_twin(systems: Systems, feed: str, partner: Mapping[str, str]) -> str:
    """The twin will send what the service sends now, under the same ETag, which this answers."""
    given = await answer(systems.demo.ports["reporting"], Request("GET", FEEDS[feed], partner))
    etag = given.headers["etag"]
    await answer(systems.twin, Request("PUT", f"/kept/{feed}", {"ETag": etag}, given.body), expect=204)
    return etag


def _comparison(
    systems: Systems, what: str, feed: str, headers: Mapping[str, str], expect: int = 200
) -> Comparison:
    ours, twins = Request("GET", FEEDS[feed], headers), Request("GET", f"/kept/{feed}", headers)
    return Comparison(
        what=what,
        ours=lambda: rate(systems.demo.ports["reporting"], repeat(ours), expect),
        peer=lambda: rate(systems.twin, repeat(twins), expect),
        unit="/s",
        aim=AIM,
    )
