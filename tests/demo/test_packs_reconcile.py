"""Every kind of pack of the demo plan claims what its numbers are, and agrees with itself as it is drafted."""

from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.reporting_api.packs.content import ControlChart
from services.reporting_api.packs.kinds import KINDS
from services.reporting_api.packs.service import assemble
from services.reporting_api.papers.reconciling import discrepancies
from tests.reporting_api.packs.changed import figures_in

APRIL, TODAY = date(2019, 4, 30), date(2019, 5, 22)


@pytest.mark.parametrize("as_at", [APRIL, TODAY], ids=str)
@pytest.mark.parametrize("kind", KINDS)
async def test_a_pack_as_it_is_drafted_agrees_with_itself_and_none_of_its_numbers_is_without_a_name(
    demo: AsyncSession, kind: str, as_at: date
) -> None:
    pack = await assemble(demo, KINDS[kind], as_at)
    assert [each.sentence for each in discrepancies(pack, None)] == []
    drafted = [
        figure for block in pack.blocks if not isinstance(block, ControlChart) for figure in figures_in(block)
    ]
    assert [each for each in drafted if each.value is not None and each.claims is None] == []
    assert any(each.claims for each in drafted)
