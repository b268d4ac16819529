"""Partner feeds a second, beside ready-made bytes that are sent after one look at the database."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import repeat

from bench.comparison import Comparison
from bench.load import Request, answer, rate
from bench.system import System
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


async def comparisons(system: System) -> list[Comparison]:
    """Two feeds whole, a page of one, and one for a partner who has it already."""
    partner = {"Authorization": f"Bearer {await _token(system)}"}
    etags = {feed: await _keep_in_twin(system, feed, partner) for feed in FEEDS}
    has_it = partner | {"If-None-Match": etags["root-causes"]}
    return [
        _comparison(system, "trajectory feed (kept bytes)", "trajectory", partner),
        _comparison(system, "root-causes feed (kept bytes)", "root-causes", partner),
        _comparison(system, "root-causes feed, 50 of them (kept bytes)", "root-causes-50", partner),
        _comparison(system, "root-causes feed, not modified (304)", "root-causes", has_it, expect=304),
    ]


async def _token(system: System) -> str:
    async with system.database.transaction() as db:
        client = await create_client(db, "Bench", [FeedScope.PLAN_READ])
    return sign(Claims(f"client:{client.client_id}", scopes=frozenset({FeedScope.PLAN_READ})), TOKEN_LASTS)[0]


async def _keep_in_twin(system: System, feed: str, partner: Mapping[str, str]) -> str:
    """The twin will send what the service sends now, under the same ETag, which this answers."""
    given = await answer(system.ports["reporting"], Request("GET", FEEDS[feed], partner))
    etag = given.headers["etag"]
    await answer(
        system.ports["twin"], Request("PUT", f"/kept/{feed}", {"ETag": etag}, given.body), expect=204
    )
    return etag


def _comparison(
    system: System, what: str, feed: str, headers: Mapping[str, str], expect: int = 200
) -> Comparison:
    ours, twins = Request("GET", FEEDS[feed], headers), Request("GET", f"/kept/{feed}", headers)
    return Comparison(
        what=what,
        ours=lambda: rate(system.ports["reporting"], repeat(ours), expect),
        peer=lambda: rate(system.ports["twin"], repeat(twins), expect),
        unit="/s",
        aim=AIM,
    )
