"""The least that FastAPI and asyncpg can do for the same request. `uvicorn --factory bench.twin:create_app`.

An update is one row, committed; a feed is bytes made beforehand, sent after the token is verified and the database
asked for one row. No rules, no permissions, no audit, no history: a limit, not a rival.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import asyncpg  # type: ignore[import-untyped]  # has no stubs
from fastapi import FastAPI, Header, HTTPException, Request, Response

from bench.load import CONNECTIONS
from services.plan_api.updates.schemas import UpdateWish
from services.shared import tokens

DATABASE_URL = "BENCH_TWIN_DATABASE_URL"
TABLE = """
    CREATE TABLE twin_update (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, root_cause text NOT NULL, status text NOT NULL, progress text,
        reason text, forecast_date date, steps text, recovery_date date
    )
"""
INSERT = """
    INSERT INTO twin_update (root_cause, status, progress, reason, forecast_date, steps, recovery_date)
    VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id
"""


def create_app() -> FastAPI:
    """The twin over a database of its own on the same server."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with asyncpg.create_pool(
            os.environ[DATABASE_URL], min_size=CONNECTIONS, max_size=CONNECTIONS
        ) as pool:
            await pool.execute(TABLE)
            app.state.pool = pool
            app.state.kept = {}
            yield

    app = FastAPI(lifespan=lifespan)
    app.post("/updates/{ref}", status_code=201)(insert_update)
    app.put("/kept/{name}", status_code=204)(keep)
    app.get("/kept/{name}")(read_kept)
    app.get("/made/{name}")(read_made)
    return app


async def insert_update(request: Request, ref: str, wish: UpdateWish) -> dict[str, int]:
    """One row, durable before the answer is sent."""
    plan = wish.recovery_plan
    row_id = await request.app.state.pool.fetchval(
        INSERT, ref, wish.status.value, wish.progress, wish.reason, wish.forecast_date,
        plan.steps if plan else None, plan.recovery_date if plan else None,
    )  # fmt: skip
    return {"id": row_id}


async def keep(request: Request, name: str, etag: Annotated[str, Header()]) -> Response:
    """Keeps bytes to be sent, and their ETag."""
    request.app.state.kept[name] = (await request.body(), etag)
    return Response(status_code=204)


async def read_kept(
    request: Request,
    name: str,
    authorization: Annotated[str, Header()],
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """The kept bytes, or 304 where the caller has them, after one look at the database."""
    if tokens.read(authorization.removeprefix("Bearer ")) is None:
        raise HTTPException(401)
    await request.app.state.pool.fetchval("SELECT 1")
    body, etag = request.app.state.kept[name]
    if if_none_match == etag:
        return Response(status_code=304, headers={"ETag": etag})
    return Response(body, media_type="application/json", headers={"ETag": etag})


async def read_made(request: Request, name: str) -> Response:
    """The kept bytes, whoever asks and whatever has changed."""
    body, etag = request.app.state.kept[name]
    return Response(body, media_type="application/json", headers={"ETag": etag})
