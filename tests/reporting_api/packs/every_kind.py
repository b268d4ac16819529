"""Each kind of pack with everything in it: all that comes before forums, KPIs, and text in each block that people write."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from services.domain.forecast import Forecast
from services.domain.measured import Measured, judged
from services.domain.words import (
    ChangeKind,
    Decision,
    DeliveryStatus,
    EscalationReason,
    EscalationState,
    KpiLevel,
    NoticeKind,
    Outlook,
    RootCauseClass,
)
from services.reporting_api.packs.board_isgs import QuotedReport
from services.reporting_api.packs.composition import compose
from services.reporting_api.packs.content import Pack
from services.reporting_api.packs.forum_queries import (
    AskedToClose,
    BeforeForums,
    Decided,
    OpenRisk,
    Proposed,
    Queued,
)
from services.reporting_api.packs.kinds import KINDS
from services.reporting_api.packs.late_queries import LateClosing, LateFacts
from services.reporting_api.packs.material import Material
from services.reporting_api.packs.measures import PackKpi
from services.reporting_api.packs.outline import Outline, rewritten
from services.shared.register import Standing
from tests.reporting_api.packs.every_block import BETTER, STEADY, WORSE, month
from tests.reporting_api.packs.papers import APRIL, MAY_2019, UNSCHEDULED, WORKFORCE

WRITTEN = (
    "Written by the PMO: “<quotes>” & an ampersand.\n\n- first point\n- second point\n\nAnd a last paragraph."
)
LONG = "It takes a long time because rotas are filled late, " * 12


def standing(
    number: int, isg: str, *, overdue: int = 0, title: str = "Handovers are written down"
) -> Standing:
    """A root cause at the end of April."""
    return Standing(
        id=number, reference=f"RC-{number}", title=f"{title} ({number})", isg=isg, root_cause_class=RootCauseClass.MUST_DO,
        in_plan=True, owner_id=1, owner_name="Ola O'Neill", owner_email="owner@demo.example", owner_role="Matron",
        theme=None, kloe=None, findings=("MD-1",), kpis=(), strongest_notice=NoticeKind.SECTION_31,
        due_date=date(2019, 4, 12), original_due_date=date(2019, 4, 12), forecast_date=None,
        delivery_status=DeliveryStatus.OFF_TRACK, days_overdue=overdue, update_missed=False, closed_on=None,
        latest_update=None, recorded_at=datetime(2019, 3, 1, tzinfo=UTC), version=1,
    )  # fmt: skip


FORUMS = BeforeForums(
    queue=[
        Queued("ESC-0001", EscalationState.ON_AGENDA, (EscalationReason.DUE_DATE_PASSED, EscalationReason.BY_HAND),
               standing(1, UNSCHEDULED.name, overdue=18), "Two agency nurses, and a rota of our own.", date(2019, 6, 14)),
        Queued("ESC-0002", EscalationState.RAISED, (EscalationReason.BY_HAND,),
               standing(2, WORKFORCE.name, title="Vacancies & leavers"), LONG, None),
        Queued("ESC-0003", EscalationState.MONITORED, (EscalationReason.DUE_DATE_PASSED,),
               standing(3, UNSCHEDULED.name, overdue=1), None, None),
    ],
    to_close=[
        AskedToClose(standing(4, UNSCHEDULED.name), date(2019, 4, 26), "All nurses are trained."),
        AskedToClose(standing(5, WORKFORCE.name), date(2019, 4, 29), None),
    ],
    decided=[
        Decided("ESC-0004", UNSCHEDULED.name, "RC-6", "Sepsis screening", Decision.REBASELINE, date(2019, 4, 29), LONG,
                date(2019, 7, 31)),
        Decided("ESC-0005", WORKFORCE.name, "RC-7", "Exit interviews", Decision.ACCEPT_PLAN, date(2019, 4, 25), "It will do.",
                None),
    ],
    proposed=[
        Proposed("CR-0001", UNSCHEDULED.name, ChangeKind.DUE_DATE, "RC-8", "Triage at the door", "The builders are late.",
                 date(2019, 4, 24)),
    ],
    risks=[
        OpenRisk("RISK-001", UNSCHEDULED.name, "Agency staff leave", "Rotas fail", "A bank of our own", 20, 12),
        OpenRisk("RISK-002", WORKFORCE.name, LONG, "Vacancies stay open", "Overseas recruitment", 16, 9),
    ],
    met_on={None: date(2019, 4, 24), UNSCHEDULED.name: date(2019, 4, 25), WORKFORCE.name: date(2019, 4, 25)},
)  # fmt: skip


def kpi(
    number: int, isg: str, values: tuple[float, ...], *, target: float | None = None, unit: str = "%"
) -> PackKpi:
    """A high-level KPI at the end of April."""
    periods = [month(at) for at in range(len(values))]
    measured = Measured(number, "increase", periods, values, ["final"] * len(values), [(None, target)])
    return PackKpi(
        f"H-{number}",
        f"Measure {number}: seen & treated",
        KpiLevel.HIGH_LEVEL,
        isg,
        unit,
        judged(measured, APRIL)[0],
    )


KPIS = (
    kpi(1, UNSCHEDULED.name, WORSE, target=95),
    kpi(2, UNSCHEDULED.name, STEADY[:5]),
    kpi(3, WORKFORCE.name, BETTER, target=85, unit="staff"),
    kpi(4, WORKFORCE.name, ()),
)
MATERIAL = Material(
    MAY_2019,
    reports={
        UNSCHEDULED.name: QuotedReport(
            4, "Rotas are written & kept.", Outlook.MAY_NOT, "a bank of nurses", "Chair", "Executive", APRIL
        )
    },
    forecasts={
        UNSCHEDULED.name: Forecast(
            APRIL, date(2019, 5, 31), 41, 16, 25, 52, 16, 3, Decimal("0.08"), 2000, 20190430
        )
    },
    forums=FORUMS,
    kpis=KPIS,
    late=LateFacts(
        APRIL,
        [
            LateClosing(
                "RC-9",
                "Doors",
                UNSCHEDULED.name,
                APRIL,
                reopened=False,
                recorded_at=datetime(2019, 5, 23, tzinfo=UTC),
            )
        ],
    ),
)


def with_text(outline: Outline) -> Outline:
    """The outline with something in each block that people write, but for what the release has there already."""
    for block in outline.all_blocks():
        if block.block in {"free-text", "story", "kloe-table"} and not block.text:
            outline = rewritten(outline, block.key, WRITTEN)
    return outline


EVERY_KIND: Mapping[str, Pack] = {
    **{kind: compose(with_text(outline), MATERIAL) for kind, outline in KINDS.items()},
    "isg of one ISG": compose(with_text(KINDS["isg"]), MATERIAL.of_isg(UNSCHEDULED.slug)),
    "ecib before anything": compose(
        KINDS["ecib"], replace(MATERIAL, forums=replace(FORUMS, queue=(), decided=(), proposed=(), risks=()))
    ),
}
