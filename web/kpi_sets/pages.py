"""What the page of an ISG's set of KPIs shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from web.clients.answers.kpi_definitions import KpiSet, SetMember, SignOff
from web.kpi_definitions.wording import figure
from web.rendering import counted, short_day
from web.wording import label


@dataclass(frozen=True, slots=True)
class KpiSetPage:
    """One ISG's high-level KPIs, what they lack, and their signature."""

    kpi_set: KpiSet

    @property
    def title(self) -> str:
        """Unscheduled Care measures 12 high-level KPIs."""
        count = len(self.kpi_set.items)
        return f"{self.kpi_set.isg} measures {counted(count, 'high-level KPI') if count else 'no high-level KPI yet'}"

    @property
    def standing(self) -> str:
        """Whether the set is signed off, and as it is now."""
        signed = self.kpi_set.signed
        if signed is None:
            return "This set has not been signed off yet."
        return (
            f"Version {signed.version} was signed off on {short_day(signed.signed_on)} by {signed.signed_by}."
        )

    @property
    def questions(self) -> Sequence[tuple[str, str]]:
        """Safe: 3 KPIs."""
        return [
            (label(each.key_question), counted(each.kpis, "KPI") if each.kpis else "None")
            for each in self.kpi_set.key_questions
        ]

    @property
    def may_sign(self) -> bool:
        """Whether there is something to sign, by this person."""
        found = self.kpi_set
        is_new = found.signed is None or bool(found.changed_since_signed)
        return "sign_off" in found.can and bool(found.items) and is_new

    @staticmethod
    def target(member: SetMember) -> str:
        """95%, or none."""
        return figure(member.target, member.unit)

    @staticmethod
    def told(signed: SignOff) -> str:
        """12 KPIs."""
        return counted(len(signed.kpis), "KPI")
