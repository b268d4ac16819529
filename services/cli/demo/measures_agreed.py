"""How the demo plan's measures are agreed: each defined whole, some beside benchmarks, four ISGs' sets signed off.

The sheet KPIs holds only a part of a definition. What the PMO defines here comes before the sheet is sent to the KPI service,
which then finds it as the sheet says.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import cycle
from random import Random
from typing import Any, Final, NamedTuple, Self

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.cli.demo.library import HighLevelKpi
from services.cli.demo.measures import MONTHS, numbered_high_level_kpis
from services.cli.demo.people import PMO
from services.cli.demo.people_at_work import act_as
from services.cli.demo.schedule import ISG_14_MARCH, ISG_28_MARCH
from services.cli.demo.story import DemoPlan
from services.domain.measures import is_rate
from services.domain.words import BenchmarkKind, KeyQuestion, KpiLevel, Role
from services.kpi_api.benchmarks import service as benchmarks
from services.kpi_api.benchmarks.schemas import BenchmarkValueGiven, BenchmarkValuesGiven, BenchmarkWish
from services.kpi_api.definitions.writing import redefine, set_target
from services.kpi_api.kpi_sets.schemas import SignOffWish
from services.kpi_api.kpi_sets.service import kpi_set, sign_off
from services.plan_api.workbook.rows import KpiRow
from services.shared.auth import Caller
from services.shared.clock import business_now
from services.shared.models import Isg, Kpi, Person, RootCause

SIGNED_ON: Final = {
    "Women's and Children's": ISG_14_MARCH,
    "Scheduled Care": ISG_28_MARCH,
    "Unscheduled Care": ISG_14_MARCH,
    "Workforce": ISG_14_MARCH,
}
"""Which ISG signs its set off at which meeting. Well-led has still to."""
DEFINED_LATER: Final = ("Workforce", KeyQuestion.CARING)
"""What had no KPI yet when that ISG signed: a shortfall, which it explains. They are defined a fortnight later."""
DEFINED_LATER_ON: Final = ISG_28_MARCH
WHY_SHORT: Final = (
    "No KPI answers Caring yet: the staff survey and the register of violence come to us from April on. We define both for our "
    "next meeting, and sign off what we have meanwhile."
)
AGREED: Final = "Agreed as our measures until the autumn; the definitions were read one by one."
COMPARED_ON: Final = ISG_28_MARCH
NATIONAL, PEERS = "England", "Trusts of our size in the region"


class KiteMark(NamedTuple):
    """What is known of the quality of data, and the note that says so."""

    timely: bool
    complete: bool
    audited: bool
    granular: bool
    note: str


KITE_MARKS: Final = (
    KiteMark(True, True, True, True, "Checked by internal audit in the winter: sound."),
    KiteMark(True, True, False, True, "Complete and on time; nobody has audited it since 2016."),
    KiteMark(True, False, False, True, "The night shift's records are missing in part."),
    KiteMark(True, True, True, False, "Sound for the trust as a whole; can't be split by ward."),
    KiteMark(False, True, False, False, "Counted by hand, and often two weeks late."),
)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What there is to define, to compare and to sign, by day."""

    plan: DemoPlan

    @classmethod
    def of(cls, plan: DemoPlan) -> Self:
        return cls(plan)

    async def define_at_first(self, db: AsyncSession) -> None:
        """The day on which the plan comes in: all but what is defined later."""
        await self._define(db, [row for row in self.plan.sheets.kpis if not _comes_later(row)])

    async def live(self, db: AsyncSession, day: date) -> None:
        """One day of it, after the ISGs have met."""
        for isg, signed_on in SIGNED_ON.items():
            if signed_on == day:
                await self._sign(db, isg, day)
        if day == DEFINED_LATER_ON:
            await self._define(db, [row for row in self.plan.sheets.kpis if _comes_later(row)])
        if day == COMPARED_ON:
            await self._compare(db)

    async def _define(self, db: AsyncSession, rows: Sequence[KpiRow]) -> None:
        pmo = await act_as(db, PMO)
        now = await business_now(db)
        isgs = dict(iter(await db.execute(select(Isg.name, Isg.id))))
        root_causes = dict(iter(await db.execute(select(RootCause.reference, RootCause.id))))
        people = dict(iter(await db.execute(select(Person.email, Person.id))))
        definitions = dict(self._definitions(people))
        positions = {row.reference: number for number, row in enumerate(self.plan.sheets.kpis)}
        for row in rows:
            kpi = Kpi(
                reference=row.reference, level=row.level, isg_id=isgs[row.isg or ""], recorded_at=now,
                root_cause_id=root_causes.get(row.root_cause or ""), position=positions[row.reference],
            )  # fmt: skip
            db.add(kpi)
            await redefine(db, kpi, definitions[row.reference], now, by=pmo.id)
            await set_target(db, kpi, row.target, now, by=pmo.id)

    def _definitions(self, people: Mapping[str, int]) -> Iterator[tuple[str, dict[str, Any]]]:
        about = dict(numbered_high_level_kpis())
        of_root_cause = {row.reference: row for row in self.plan.sheets.root_causes}
        members = {isg: cycle(emails) for isg, emails in self._members().items()}
        for row, mark in zip(self.plan.sheets.kpis, cycle(KITE_MARKS), strict=False):
            if row.level is KpiLevel.HIGH_LEVEL:
                kpi = about[row.reference]
                purpose, of, owner = kpi.purpose, kpi.of, next(members[kpi.isg])
            else:
                root_cause = of_root_cause[row.root_cause or ""]
                purpose = f"Shows whether what is done about it helps. {root_cause.title}"
                of, owner = _share_of(row.unit), root_cause.owner_email
            counted = (
                {"numerator": f"{row.name}, in the period", "denominator": f"{of}, in the period"}
                if of
                else {}
            )
            yield row.reference, {
                "name": row.name, "purpose": purpose, "key_question": row.cqc_domain, "unit": row.unit,
                "part_of_whole": row.unit == "%", "direction": row.direction, "frequency": row.frequency,
                "source": row.source, "data_owner_id": people[owner], "quality_note": mark.note, "timely": mark.timely,
                "complete": mark.complete, "audited": mark.audited, "granular": mark.granular, **counted,
            }  # fmt: skip

    def _members(self) -> dict[str, list[str]]:
        """Who gives the values of an ISG's high-level KPIs: its members in turn."""
        members: dict[str, list[str]] = {}
        for person in self.plan.sheets.people:
            if person.roles == (Role.ISG_MEMBER,) and person.isg:
                members.setdefault(person.isg, []).append(person.email)
        return members

    async def _sign(self, db: AsyncSession, isg: str, day: date) -> None:
        chair = await act_as(
            db, next(row.chair_email or PMO for row in self.plan.sheets.isgs if row.name == isg)
        )
        slug = await db.scalar(select(Isg.slug).where(Isg.name == isg))
        assert slug is not None
        _, version = await kpi_set(db, chair.who, slug)
        note = WHY_SHORT if isg == DEFINED_LATER[0] else AGREED
        await sign_off(db, chair, slug, SignOffWish(signed_on=day, note=note), if_match=f'"{version}"')

    async def _compare(self, db: AsyncSession) -> None:
        """Peers and the country up to the month before: they report later than we do."""
        pmo = await act_as(db, PMO)
        random = Random(COMPARED_ON.toordinal())  # noqa: S311 - values, not secrets
        for reference, about in numbered_high_level_kpis():
            for kind, name, level in (
                (BenchmarkKind.NATIONAL, NATIONAL, about.national), (BenchmarkKind.PEER, PEERS, about.peer),
            ):  # fmt: skip
                if level is not None:
                    await self._compare_with(db, pmo, reference, about, kind, name, level, random)

    async def _compare_with(
        self, db: AsyncSession, pmo: Caller, reference: str, about: HighLevelKpi, kind: BenchmarkKind, name: str,
        level: Decimal, random: Random,
    ) -> None:  # fmt: skip
        kpi = (await db.scalars(select(Kpi).where(Kpi.reference == reference))).one()
        added = await benchmarks.add(
            db, pmo, kpi, BenchmarkWish(name=name, kind=kind, source="Published each month")
        )
        values = [
            BenchmarkValueGiven(
                period=month,
                value=round(level + about.spread * Decimal(str(round(random.gauss(0, 0.25), 3))), 1),
            )
            for month in MONTHS
            if month < COMPARED_ON.replace(day=1)
        ]
        await benchmarks.give_values(db, pmo, kpi, added, BenchmarkValuesGiven(values=values))


def _share_of(unit: str | None) -> str | None:
    """What the value of a root cause's KPI is counted out of."""
    if unit == "%":
        return "Cases in the audit"
    return (unit or "").removeprefix("per ") if is_rate(unit) else None


def _comes_later(row: KpiRow) -> bool:
    return row.level is KpiLevel.HIGH_LEVEL and (row.isg, row.cqc_domain) == DEFINED_LATER
