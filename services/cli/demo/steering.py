"""What ISGs, ECIB and the PMO do beside closing and deciding: risks to delivery, cycle reports, assurances, deputies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from itertools import cycle
from tomllib import loads
from typing import Any, Self

from sqlalchemy.ext.asyncio import AsyncSession

from services.cli.demo.people import OWNER, PMO
from services.cli.demo.people_at_work import act_as
from services.cli.demo.schedule import ISG_9_MAY, TODAY
from services.cli.demo.story import DemoPlan
from services.domain.words import Outlook, Role
from services.plan_api.assurance.schemas import AssuranceDecision
from services.plan_api.assurance.service import decide as assure
from services.plan_api.cycle_reports.schemas import ReportWish
from services.plan_api.cycle_reports.service import confirm_report, hold_meeting, write_report
from services.plan_api.people.service import name_deputies
from services.plan_api.risks.schemas import ReviewWish, RiskWish
from services.plan_api.risks.service import close_risk, raise_risk, review

REPORTED_CYCLE = 4
REPORTS_WRITTEN_ON, REPORTS_CONFIRMED_ON = date(2019, 5, 10), date(2019, 5, 14)
ASSURED_ON, CLOSED_BY_THEN = date(2019, 5, 16), date(2019, 4, 30)
ASSURED_AN_ISG, PAIRS_AN_ISG, THREATENED_BY_A_RISK = 3, 2, 2


@lru_cache
def steering() -> dict[str, Any]:
    """The texts."""
    return loads(files("services.cli.demo").joinpath("texts/steering.toml").read_text("utf-8"))


@dataclass(slots=True)
class Steering:
    """What there is to do, by day. `raised`: the reference of each risk that is in the register, in the order of the texts."""

    plan: DemoPlan
    chairs: Mapping[str, str]
    executives: Mapping[str, str]
    raised: dict[int, str]

    @classmethod
    def of(cls, plan: DemoPlan) -> Self:
        isgs = plan.sheets.isgs
        return cls(
            plan,
            {isg.name: isg.chair_email or PMO for isg in isgs},
            {isg.name: isg.accountable_executive_email or PMO for isg in isgs},
            {},
        )

    async def live(self, db: AsyncSession, day: date) -> None:
        """One day of it, before the night."""
        await self._keep_risks(db, day)
        if day == ISG_9_MAY:
            await self._hold_the_meetings(db, day)
        if day == REPORTS_WRITTEN_ON:
            await self._write_reports(db)
        if day == REPORTS_CONFIRMED_ON:
            await self._confirm_reports(db)
        if day == ASSURED_ON:
            await self._assure(db)

    async def name_deputies(self, db: AsyncSession) -> None:
        """In each ISG a few owners stand in for others: nobody for themselves, and no two for each other."""
        for isg in steering()["reports"]:
            owners = sorted(
                each.email
                for each in self.plan.sheets.people
                if each.isg == isg and each.roles == (Role.ROOT_CAUSE_OWNER,) and each.email != OWNER
            )
            for owner, deputy in zip(owners[: 2 * PAIRS_AN_ISG : 2], owners[1::2], strict=False):
                await name_deputies(db, await act_as(db, owner), owner, [deputy])

    async def _keep_risks(self, db: AsyncSession, day: date) -> None:
        for number, risk in enumerate(steering()["risks"]):
            chair = self.chairs[risk["isg"]]
            if risk["on"] == day:
                self.raised[number] = await raise_risk(db, await act_as(db, chair), self._wish(risk, chair))
            if risk.get("reviewed_on") == day:
                likelihood, impact = risk["reviewed"]
                seen = ReviewWish(
                    reviewed_on=day, note=risk["note"], likelihood_after=likelihood, impact_after=impact
                )
                await review(db, await act_as(db, PMO), self.raised[number], seen)
            if risk.get("closed_on") == day:
                await close_risk(db, await act_as(db, chair), self.raised[number], risk["closed_because"])

    def _wish(self, risk: Mapping[str, Any], owner: str) -> RiskWish:
        later = [
            row.reference for row in self.plan.sheets.root_causes if row.isg == risk["isg"] and row.due_date > TODAY
        ]  # fmt: skip
        first = 7 * steering()["risks"].index(risk)
        return RiskWish(
            isg=risk["isg"], cause=risk["cause"], effect=risk["effect"], mitigation=risk["mitigation"], owner=owner,
            likelihood_before=risk["before"][0], impact_before=risk["before"][1], likelihood_after=risk["after"][0],
            impact_after=risk["after"][1], baf_reference=risk.get("baf_reference"),
            root_causes=later[first : first + THREATENED_BY_A_RISK],
        )  # fmt: skip

    async def _hold_the_meetings(self, db: AsyncSession, day: date) -> None:
        for isg in steering()["reports"]:
            await hold_meeting(db, await act_as(db, self.chairs[isg]), isg, REPORTED_CYCLE, day)

    async def _write_reports(self, db: AsyncSession) -> None:
        for isg, said in steering()["reports"].items():
            wish = ReportWish(
                progress=said["progress"], outlook=Outlook(said["outlook"]), asks=said.get("asks")
            )
            await write_report(db, await act_as(db, self.chairs[isg]), isg, REPORTED_CYCLE, wish)

    async def _confirm_reports(self, db: AsyncSession) -> None:
        for isg in steering()["reports"]:
            executive = await act_as(db, self.executives[isg])
            await confirm_report(db, executive, isg, REPORTED_CYCLE)

    async def _assure(self, db: AsyncSession) -> None:
        notes = cycle(steering()["assured"])
        for reference in self._closed_early():
            await assure(db, await act_as(db, PMO), reference, AssuranceDecision.ASSURE, next(notes))

    def _closed_early(self) -> Sequence[str]:
        """A few of each ISG that have been closed for weeks, and stay so."""
        isg_of = {row.reference: row.isg for row in self.plan.sheets.root_causes}
        reopened = {each.root_cause for each in self.plan.reopenings}
        closed = sorted(
            {
                row.root_cause
                for row in self.plan.sheets.updates
                if row.completed_date and row.completed_date <= CLOSED_BY_THEN
            }
            - reopened
        )
        by_isg = {isg: [ref for ref in closed if isg_of[ref] == isg] for isg in steering()["reports"]}
        return [ref for refs in by_isg.values() for ref in refs[:ASSURED_AN_ISG]]
