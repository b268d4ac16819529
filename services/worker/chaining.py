"""Chains the audit trail after the fact, and verifies the whole of it each night."""

import asyncio

from services.shared.audit_chain import Head, chain_what_is_committed, head_of, verify
from services.shared.clock import real_now
from services.shared.db import Database, WhoAndWhy
from services.shared.logging import log
from services.shared.models import AuditVerification

AT_ONCE = 2_000
"""Entries a transaction, so that none is long."""
WORKER = WhoAndWhy("service:worker", "nightly-verification")


async def chain_the_trail(database: Database, stopping: asyncio.Event) -> int:
    """Links all that is committed; how many entries. Each head goes into the log, out of the reach of who changes the trail."""
    chained = 0
    while not stopping.is_set():
        async with database.transaction() as db:
            linked = await chain_what_is_committed(db, AT_ONCE)
            head = await head_of(db) if linked else Head()
        if not linked:
            break
        chained += linked
        log.info("audit_chained", entries=linked, head=str(head))
    return chained


async def verify_the_trail(database: Database) -> None:
    """Works the whole trail out again and keeps what was found; the page shows it."""
    async with database.transaction(WORKER) as db:
        found = await verify(db)
        db.add(
            AuditVerification(
                verified_at=real_now(), entries=found.entries, position=found.head.position, digest=found.head.digest,
                tail=found.tail.entries, broken=found.broken, first_breaks=found.breaks,
            )
        )  # fmt: skip
    told = log.info if found.whole else log.error
    told("audit_verified", entries=found.entries, head=str(found.head), broken=found.broken)
