"""Every kind of pack of the demo plan agrees with itself; what does not is found and named, and goes when it is mended."""

from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.reporting_api.packs.kinds import KINDS
from services.reporting_api.packs.service import assemble
from services.reporting_api.papers.reconciling import discrepancies, read

APRIL, TODAY = date(2019, 4, 30), date(2019, 5, 22)


@pytest.mark.parametrize("as_at", [APRIL, TODAY], ids=str)
@pytest.mark.parametrize("kind", KINDS)
async def test_a_pack_as_it_is_drafted_agrees_with_itself(demo: AsyncSession, kind: str, as_at: date) -> None:
    pack = await assemble(demo, KINDS[kind], as_at)
    assert [each.sentence for each in discrepancies(pack, None)] == []
    assert read(pack).paper.claims
