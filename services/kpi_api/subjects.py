"""A KPI as permissions see it: whose it is, and who owes its values."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.domain.errors import NotAllowed, NotFound
from services.domain.observations import Measure
from services.domain.permissions import DENIALS, Action, Person, Subject, allowed
from services.shared.clock import business_today
from services.shared.kpi_isgs import isg_id_on
from services.shared.models import Isg, Kpi, RootCause
from services.shared.models import Person as PersonRow


@dataclass(frozen=True, slots=True)
class KpiInHand:
    """A KPI with the ISG that answers for it now, its root cause and the two who may own its values."""

    kpi: Kpi
    isg: str | None = None
    root_cause: str | None = None
    owner_email: str | None = None
    data_owner_email: str | None = None

    def may(self, action: Action, person: Person) -> bool:
        """Whether the person may do it: through the KPI's ISG or root cause, or as the owner of its data."""
        return any(allowed(action, person, subject) for subject in self._subjects(action))

    def require(self, action: Action, person: Person) -> None:
        """Raises NotAllowed, with the action's sentence."""
        if not self.may(action, person):
            raise NotAllowed(DENIALS[action])

    @property
    def measure(self) -> Measure:
        """What of its definition decides which values can be right."""
        kpi = self.kpi
        return Measure(kpi.unit, kpi.frequency, kpi.part_of_whole, kpi.retired_on)

    def _subjects(self, action: Action) -> list[Subject]:
        subjects = [Subject(self.isg, self.owner_email)]
        if action is Action.GIVE_VALUES and self.data_owner_email is not None:
            subjects.append(Subject(self.isg, self.data_owner_email))
        return subjects


async def kpi_called(db: AsyncSession, reference: str, *, to_change: bool = False) -> KpiInHand:
    """The KPI with this reference; `to_change`: locked until this transaction ends. Raises NotFound."""
    if to_change:
        await db.execute(select(Kpi.id).where(Kpi.reference == reference).with_for_update(key_share=True))
    found = await kpis_in_hand(db, [reference])
    if not found:
        raise NotFound(f"There is no KPI {reference}. Open the list of KPIs to find it.")
    return found[0]


async def lock_kpis(db: AsyncSession, references: Collection[str]) -> None:
    """Nobody else changes their data until this transaction ends; in one order, so that no two wait for each other."""
    await db.execute(
        select(Kpi.id).where(Kpi.reference.in_(references)).order_by(Kpi.id).with_for_update(key_share=True)
    )


async def kpis_of_root_cause(db: AsyncSession, reference: str) -> list[KpiInHand]:
    """Its KPIs, in the order of the sheet."""
    return await _in_hand(db, RootCause.reference == reference)


async def kpis_in_hand(db: AsyncSession, references: Collection[str]) -> list[KpiInHand]:
    """The KPIs with these references, in the order of the sheet."""
    return await _in_hand(db, Kpi.reference.in_(references))


async def _in_hand(db: AsyncSession, fits: ColumnElement[bool]) -> list[KpiInHand]:
    owner, data_owner = aliased(PersonRow), aliased(PersonRow)
    query = (
        select(Kpi, Isg.name, RootCause.reference, owner.email, data_owner.email)
        .outerjoin(RootCause, RootCause.id == Kpi.root_cause_id)
        .outerjoin(Isg, Isg.id == isg_id_on(await business_today(db)))
        .outerjoin(owner, owner.id == RootCause.owner_id)
        .outerjoin(data_owner, data_owner.id == Kpi.data_owner_id)
        .where(fits)
        .order_by(Kpi.position, Kpi.id)
    )
    return [KpiInHand(*row) for row in (await db.execute(query)).all()]
