# ruff: noqa: S608 - every query is put together from the tables below, never from what was asked
"""How each rule of `services/domain/data_quality.py` is found: one query a rule, over how the plan stands today.

Counted over the whole plan, that is one statement a kind of thing: how every root cause stands is worked out once, and updates
and actions are read once. A process keeps what each root cause, finding, owner and KPI counts for, and counts anew those that a
change speaks of (`shared/kept_counts.py`). The items of one rule come a page at a time by their row's id, so that a page costs
what it shows.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.words import NoticeKind
from services.plan_api.data_quality.schemas import DataProblem
from services.shared.kept_counts import OF_ALL, KeptCounts, Load, Speaks, of_its

NOTICE_BEGINS: Final = f"^({'|'.join(NoticeKind)})\\M"

NARROWED: Final = {
    "{of_root_causes}": " AND rc.id = ANY(:ids)",
    "{of_updates}": " AND u.root_cause_id = ANY(:ids)",
    "{of_actions}": " WHERE a.root_cause_id = ANY(:ids)",
    "{of_findings}": " WHERE f.id = ANY(:ids)",
    "{of_kpis}": " WHERE k.id = ANY(:ids)",
}
"""Where in the tables below a query can be narrowed to some things."""
STANDING: Final = """
standing AS {materialized} (
  SELECT rc.id, rc.reference, rc.title, rc.owner_id, placed.isg_id, isg.name AS isg, isg.began, isg.first_closes,
         placed.root_cause_class, due.due_date, due.earliest_due, closed.closed_on, closed.closed_on IS NULL AS is_open,
         btrim(coalesce(rc.situation, '')) = '' OR btrim(coalesce(rc.background, '')) = ''
           OR btrim(coalesce(rc.assessment, '')) = '' OR btrim(coalesce(rc.recommendation, '')) = '' AS sbar_wanting,
         EXISTS (SELECT FROM progress_update AS n WHERE n.root_cause_id = rc.id AND NOT n.imported) AS reported_here,
         EXISTS (SELECT FROM recovery_plan AS p WHERE p.root_cause_id = rc.id) AS has_recovery_plan,
         EXISTS (SELECT FROM evidence AS e WHERE e.root_cause_id = rc.id)
           OR EXISTS (SELECT FROM evidence_file AS f WHERE f.root_cause_id = rc.id AND f.removed_at IS NULL) AS has_evidence
    FROM root_cause AS rc
    JOIN LATERAL (SELECT p.isg_id, p.root_cause_class, p.in_plan FROM root_cause_placement AS p
                   WHERE p.root_cause_id = rc.id AND p.superseded_at IS NULL AND (p.holds_from IS NULL OR p.holds_from <= :today)
                   ORDER BY p.holds_from DESC NULLS LAST LIMIT 1) AS placed ON placed.in_plan
    JOIN LATERAL (SELECT (array_agg(b.due_date ORDER BY b.version DESC))[1] AS due_date, min(b.due_date) AS earliest_due
                    FROM baseline AS b WHERE b.root_cause_id = rc.id AND b.superseded_at IS NULL
                     AND (b.holds_from IS NULL OR b.holds_from <= :today)) AS due ON true
    JOIN (SELECT i.id, i.name, least(i.first_cycle_opens, min(a.approved_on)) AS began,
                 i.first_cycle_opens + CASE i.cadence WHEN 'monthly' THEN interval '1 month' ELSE interval '14 days' END
                   AS first_closes
            FROM isg AS i LEFT JOIN plan_approval AS a ON a.isg_id = i.id GROUP BY i.id) AS isg ON isg.id = placed.isg_id
    LEFT JOIN closing AS closed ON closed.root_cause_id = rc.id AND closed.closed_on <= :today
                               AND (closed.reopened_on IS NULL OR closed.reopened_on > :today)
   WHERE true{of_root_causes}
)"""
"""Every root cause in the plan as it stands at the end of today."""


def _said(replaced: str, newer: str = "") -> str:
    return f"""(
  SELECT u.id, u.root_cause_id, u.cycle_number, u.version, u.reported_on, u.status, u.forecast_date, u.recovery_plan_id,
         u.reason, s.reference, s.title, s.isg, s.is_open, s.closed_on, s.earliest_due, s.has_recovery_plan, s.has_evidence,
         s.is_open AND NOT s.reported_here AS stands, {replaced} AS replaced
    FROM progress_update AS u JOIN standing AS s ON s.id = u.root_cause_id {newer}
   WHERE u.imported{{of_updates}})"""


_NEWER: Final = (
    "n.root_cause_id = u.root_cause_id AND n.cycle_number = u.cycle_number AND n.version = u.version + 1"
)
SAID: Final = _said(f"EXISTS (SELECT FROM progress_update AS n WHERE {_NEWER})")
"""The imported updates of those. `stands`: nothing has mended what it lacks, neither a report made here nor closing."""
SAID_AT_ONCE: Final = _said(
    "n.id IS NOT NULL", f"LEFT JOIN progress_update AS n ON n.version > 1 AND {_NEWER}"
)
"""The same for reading all of them: newer versions are few, and are looked up in memory."""
DUE_THEN: Final = """(
  SELECT b.due_date FROM baseline AS b
   WHERE b.root_cause_id = it.root_cause_id AND b.superseded_at IS NULL
     AND (b.holds_from IS NULL OR b.holds_from <= it.reported_on)
   ORDER BY b.version DESC LIMIT 1)"""
OPEN_ACTIONS: Final = (
    "action AS a WHERE a.root_cause_id = it.id AND a.completed_on IS NULL AND a.withdrawn_on IS NULL"
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule finds: rows `it`, which of them, and how each is told."""

    table: str
    where: str
    detail: str
    ref: str = "it.reference"
    title: str = "it.title"
    root_cause: str = "it.reference"
    isg: str = "it.isg"


def _day(column: str) -> str:
    return f"to_char({column}, 'FMDD FMMonth YYYY')"


def _update(where: str, detail: str = "''") -> Found:
    return Found(
        SAID,
        where,
        f"'Reported on ' || {_day('it.reported_on')} || ', cycle ' || it.cycle_number || {detail}",
    )


def _root_cause(where: str, detail: str) -> Found:
    return Found("standing", where, detail)


ACTIONS: Final = """(
  SELECT a.id, a.root_cause_id, a.reference, a.description AS title, a.owner_id, a.due_date, a.completed_on,
         a.completed_on IS NULL AND a.withdrawn_on IS NULL AND s.is_open AS is_open,
         a.completed_on IS NULL AND a.withdrawn_on IS NULL AND NOT s.is_open AND NOT EXISTS (
           SELECT FROM impact_review AS r JOIN closing AS c ON c.id = r.closing_id AND c.reopened_on IS NULL
            WHERE r.root_cause_id = s.id AND r.decision = 'add_actions' AND r.ended_recorded_at = a.recorded_at)
           AS is_left_over, s.closed_on,
         owner.name AS owner, owner.deactivated_at IS NOT NULL AS owner_has_left,
         s.reference AS root_cause, s.isg, s.began, s.due_date AS root_cause_due
    FROM action AS a JOIN standing AS s ON s.id = a.root_cause_id LEFT JOIN person AS owner ON owner.id = a.owner_id
         {of_actions})"""
FINDINGS: Final = """(
  SELECT f.id, f.reference, f.text AS title, f.finding_type, f.key_questions, source.name AS source, isg.name AS isg
    FROM finding AS f JOIN isg ON isg.id = f.isg_id LEFT JOIN source ON source.id = f.source_id{of_findings})"""
ISGS: Final = """(
  SELECT isg.*, chair.deactivated_at IS NULL AS chair_stays, executive.deactivated_at IS NULL AS executive_stays
    FROM isg LEFT JOIN person AS chair ON chair.id = isg.chair_id LEFT JOIN person AS executive ON executive.id = isg.executive_id
   WHERE EXISTS (SELECT FROM standing AS s WHERE s.isg_id = isg.id AND s.is_open))"""
OWNERS: Final = """(
  SELECT p.id, p.email, p.name, split_part(p.email, '@', 2) AS domain, owned.many
    FROM (SELECT owner_id, count(*) AS many FROM standing WHERE is_open GROUP BY owner_id) AS owned
    JOIN person AS p ON p.id = owned.owner_id)"""
KPIS: Final = """(
  SELECT k.id, k.reference, k.name AS title, k.level, s.reference AS root_cause, coalesce(s.isg, isg.name) AS isg
    FROM kpi AS k LEFT JOIN standing AS s ON s.id = k.root_cause_id LEFT JOIN isg ON isg.id = k.isg_id{of_kpis})"""


def _action(where: str, detail: str) -> Found:
    return Found(ACTIONS, where, detail, root_cause="it.root_cause")


def _finding(where: str, detail: str) -> Found:
    return Found(FINDINGS, where, detail, root_cause="NULL")


def _isg(where: str, detail: str) -> Found:
    return Found(ISGS, where, detail, ref="it.slug", title="it.name", root_cause="NULL", isg="it.name")


def _kpi(where: str, detail: str) -> Found:
    return Found(KPIS, where, detail, root_cause="it.root_cause")


FOUND: Final[Mapping[str, Found]] = {
    "off_track_without_plan": _update(
        "it.status = 'off_track' AND it.recovery_plan_id IS NULL AND it.stands AND NOT it.has_recovery_plan AND NOT it.replaced"
    ),
    "at_risk_without_reason": _update(
        "it.status = 'at_risk' AND btrim(coalesce(it.reason, '')) = '' AND it.stands AND NOT it.replaced"
    ),
    "complete_without_evidence": _update("it.status = 'complete' AND NOT it.has_evidence AND NOT it.replaced"),
    "on_track_with_late_forecast": _update(
        f"it.status = 'on_track' AND it.forecast_date > it.earliest_due AND it.stands AND it.forecast_date > {DUE_THEN} "
        "AND NOT it.replaced",
        f"', to be done by ' || {_day('it.forecast_date')}",
    ),
    "not_off_track_after_due_date": _update(
        "it.status IN ('not_started', 'on_track', 'at_risk') AND it.reported_on > it.earliest_due AND it.stands "
        f"AND it.reported_on > {DUE_THEN} AND NOT it.replaced",
        f"', due on ' || {_day(DUE_THEN)}",
    ),
    "reported_after_closing": _update(
        "it.reported_on > it.closed_on AND it.status <> 'complete'", f"', closed on ' || {_day('it.closed_on')}"
    ),
    "two_in_a_cycle": _update("it.version > 1", "', version ' || it.version"),
    "never_reported": _root_cause(
        "it.is_open AND NOT EXISTS (SELECT FROM progress_update AS u WHERE u.root_cause_id = it.id) "
        "AND it.first_closes <= :today",
        f"'Due on ' || {_day('it.due_date')}",
    ),
    "root_cause_without_findings": _root_cause(
        "NOT EXISTS (SELECT FROM root_cause_finding AS f WHERE f.root_cause_id = it.id AND f.ended_at IS NULL)", "'No finding'"
    ),
    "root_cause_of_no_class": _root_cause(
        "it.root_cause_class = 'none' "
        "AND EXISTS (SELECT FROM root_cause_finding AS f WHERE f.root_cause_id = it.id AND f.ended_at IS NULL)",
        "'Recommendations alone'",
    ),
    "root_cause_without_actions": _root_cause(
        "it.is_open AND NOT EXISTS (SELECT FROM action AS a WHERE a.root_cause_id = it.id AND a.withdrawn_on IS NULL)",
        f"'Due on ' || {_day('it.due_date')}",
    ),
    "root_cause_without_kpi": _root_cause("NOT EXISTS (SELECT FROM kpi AS k WHERE k.root_cause_id = it.id)", "'No KPI'"),
    "sbar_incomplete": _root_cause(
        "it.sbar_wanting",
        """(SELECT concat_ws(', ', CASE WHEN btrim(coalesce(r.situation, '')) = '' THEN 'no Situation' END,
                     CASE WHEN btrim(coalesce(r.background, '')) = '' THEN 'no Background' END,
                     CASE WHEN btrim(coalesce(r.assessment, '')) = '' THEN 'no Assessment' END,
                     CASE WHEN btrim(coalesce(r.recommendation, '')) = '' THEN 'no Recommendation' END)
              FROM root_cause AS r WHERE r.id = it.id)""",
    ),
    "owner_has_left": _root_cause(
        "it.is_open AND EXISTS (SELECT FROM person AS p WHERE p.id = it.owner_id AND p.deactivated_at IS NOT NULL)",
        "(SELECT p.name || ' has left' FROM person AS p WHERE p.id = it.owner_id)",
    ),
    "owner_lacks_role": _root_cause(
        "it.is_open AND EXISTS (SELECT FROM person AS p WHERE p.id = it.owner_id AND p.deactivated_at IS NULL) "
        "AND NOT EXISTS (SELECT FROM role_grant AS g WHERE g.person_id = it.owner_id AND g.role = 'root_cause_owner' "
        "AND g.ended_at IS NULL)",
        "(SELECT p.name || ' has no such role' FROM person AS p WHERE p.id = it.owner_id)",
    ),
    "done_but_not_reported": _root_cause(
        "it.is_open AND EXISTS (SELECT FROM action AS a WHERE a.root_cause_id = it.id AND a.completed_on IS NOT NULL) "
        f"AND NOT EXISTS (SELECT FROM {OPEN_ACTIONS}) "
        "AND NOT EXISTS (SELECT FROM closing_request AS c WHERE c.root_cause_id = it.id AND c.decided_on IS NULL "
        "AND c.superseded_at IS NULL)",
        f"(SELECT 'The last action was done on ' || {_day('max(a.completed_on)')} FROM action AS a "
        "WHERE a.root_cause_id = it.id)",
    ),
    "due_before_every_action": _root_cause(
        f"it.is_open AND it.due_date < (SELECT min(a.due_date) FROM {OPEN_ACTIONS})",
        f"'Due on ' || {_day('it.due_date')} || ', the first action on ' || "
        f"(SELECT {_day('min(a.due_date)')} FROM {OPEN_ACTIONS})",
    ),
    "closed_with_open_actions": _action(
        "it.is_left_over", f"'Closed on ' || {_day('it.closed_on')} || ', this action is still open'"
    ),
    "action_without_owner": _action("it.is_open AND it.owner_id IS NULL", "'No owner'"),
    "action_without_due_date": _action("it.is_open AND it.due_date IS NULL", "'No due date'"),
    "action_owner_has_left": _action(
        "it.is_open AND it.owner_has_left", "it.owner || ' has left'"
    ),
    "action_due_after_root_cause": _action(
        "it.is_open AND it.due_date > it.root_cause_due",
        f"'Due on ' || {_day('it.due_date')} || ', ' || it.root_cause || ' on ' || {_day('it.root_cause_due')}",
    ),
    "action_done_in_the_future": _action("it.completed_on > :today", f"'Completed on ' || {_day('it.completed_on')}"),
    "action_done_before_the_plan": _action(
        "it.completed_on < it.began",
        f"'Completed on ' || {_day('it.completed_on')}",
    ),
    "finding_without_root_causes": _finding(
        "NOT EXISTS (SELECT FROM root_cause_finding AS l JOIN standing AS s ON s.id = l.root_cause_id "
        "WHERE l.finding_id = it.id AND l.ended_at IS NULL)",
        "'No root cause'",
    ),
    "finding_without_key_question": _finding("cardinality(it.key_questions) = 0", "'No key question'"),
    "notice_without_kind": _finding(
        f"it.finding_type = 'notice' AND coalesce(it.source, '') !~* '{NOTICE_BEGINS}'",
        "CASE WHEN it.source IS NULL THEN 'No source' ELSE 'Its source is “' || it.source || '”' END",
    ),
    "isg_without_chair": _isg(
        "it.chair_id IS NULL OR NOT it.chair_stays",
        "CASE WHEN it.chair_id IS NULL THEN 'No chair' ELSE 'The chair has left' END",
    ),
    "isg_without_executive": _isg(
        "it.executive_id IS NULL OR NOT it.executive_stays",
        "CASE WHEN it.executive_id IS NULL THEN 'No accountable executive' ELSE 'The executive has left' END",
    ),
    "isg_without_open_cycle": _isg(
        "it.first_cycle_opens > :today",
        f"'The first cycle opens on ' || {_day('it.first_cycle_opens')}",
    ),
    "isg_not_approved": _isg(
        "EXISTS (SELECT FROM plan_approval) AND NOT EXISTS (SELECT FROM plan_approval AS p WHERE p.isg_id = it.id)",
        "'Not approved'",
    ),
    "owner_email_elsewhere": Found(
        OWNERS,
        f"it.domain <> (SELECT most.domain FROM {OWNERS} AS most "
        "GROUP BY most.domain ORDER BY count(*) DESC, most.domain COLLATE \"C\" LIMIT 1)",
        "'Owns ' || it.many || CASE WHEN it.many = 1 THEN ' open root cause' ELSE ' open root causes' END",
        ref="it.email", title="it.name", root_cause="NULL", isg="NULL",
    ),
    "kpi_without_values": _kpi(
        "NOT EXISTS (SELECT FROM kpi_observation AS o WHERE o.kpi_id = it.id AND o.value IS NOT NULL)", "'No value'"
    ),
    "kpi_without_target": _kpi(
        "NOT EXISTS (SELECT FROM kpi_target AS t WHERE t.kpi_id = it.id AND t.value IS NOT NULL AND t.superseded_at IS NULL)",
        "'No target'",
    ),
}  # fmt: skip


async def counts(db: AsyncSession, today: date) -> Mapping[str, int]:
    """How many things each rule finds."""
    kept = await _kept(db, today)
    return kept if kept is not None else await count_all(db, today)


async def count_all(db: AsyncSession, today: date) -> Mapping[str, int]:
    """The same, counted over the whole plan in one statement: updates and actions are many, and read in one pass over each."""
    at_once = {table: _of(table) for table in (SAID, ACTIONS)}
    sources = [
        f"(SELECT count(*) AS {code} FROM {found.table} AS it WHERE {found.where}) AS of_{code}"
        for code, found in FOUND.items()
        if found.table not in at_once
    ]
    for table, together in at_once.items():
        whole = SAID_AT_ONCE if table is SAID else table
        sources.append(f"(SELECT {_each(together, _HOW_MANY)} FROM {whole} AS it) AS of_{together[0]}")
    query = f"WITH {STANDING} SELECT * FROM {', '.join(sources)}"
    return dict((await db.execute(text(_written(query)), {"today": today})).mappings().one())


def _of(table: str) -> list[str]:
    return [code for code, found in FOUND.items() if found.table == table]


def _each(codes: Sequence[str], how: str) -> str:
    return ", ".join(how.format(where=FOUND[code].where, code=code) for code in codes)


_HOW_MANY: Final = "count(*) FILTER (WHERE {where}) AS {code}"
_WHETHER: Final = "coalesce({where}, false)::int AS {code}"


def _written(query: str, to: Collection[str] = (), *, materialized: bool = True) -> str:
    """With the places in `to` narrowed."""
    for place, narrowed in NARROWED.items():
        query = query.replace(place, narrowed if place in to else "")
    return query.replace("{materialized}", "MATERIALIZED" if materialized else "NOT MATERIALIZED")


# What each thing counts for, as a process keeps it ---------------------------------------------------------------------------

_OF_ROOT_CAUSES: Final = f"""
    WITH {STANDING},
    said AS (SELECT it.root_cause_id AS id, {_each(_of(SAID), _HOW_MANY)} FROM {{said}} AS it GROUP BY 1),
    done AS (SELECT it.root_cause_id AS id, {_each(_of(ACTIONS), _HOW_MANY)} FROM {ACTIONS} AS it GROUP BY 1)
    SELECT it.id, CASE WHEN it.is_open THEN it.isg_id END AS open_in, {_each(_of("standing"), _WHETHER)},
           {_each(_of(SAID), "coalesce(said.{code}, 0) AS {code}")}, {_each(_of(ACTIONS), "coalesce(done.{code}, 0) AS {code}")}
      FROM standing AS it LEFT JOIN said USING (id) LEFT JOIN done USING (id)
"""
_OF_OWNERS: Final = f"""
    WITH {STANDING}
    SELECT s.id, s.owner_id, split_part(p.email, '@', 2) AS domain
      FROM standing AS s JOIN person AS p ON p.id = s.owner_id WHERE s.is_open
"""
_OF_FINDINGS: Final = f"WITH {STANDING} SELECT it.id, {_each(_of(FINDINGS), _WHETHER)} FROM {FINDINGS} AS it"
_OF_KPIS: Final = f"WITH {STANDING} SELECT it.id, {_each(_of(KPIS), _WHETHER)} FROM {KPIS} AS it"
_OF_ISGS: Final = f"""
    WITH standing AS (SELECT s.isg_id, true AS is_open FROM unnest(CAST(:isgs AS bigint[])) AS s(isg_id))
    SELECT {_each(_of(ISGS), _HOW_MANY)} FROM {ISGS} AS it
"""
_COUNTED_OF: Final = {
    "root causes": [*_of("standing"), *_of(SAID), *_of(ACTIONS)],
    "findings": _of(FINDINGS),
    "kpis": _of(KPIS),
}


def _load(query: str, *narrowed_to: str) -> Load[tuple[Any, ...]]:
    whole = _written(query.replace("{said}", SAID_AT_ONCE))
    # A few things are looked up from their own end; how all root causes stand would be worked out for them first.
    few = _written(query.replace("{said}", SAID), narrowed_to, materialized="{of_root_causes}" in narrowed_to)

    async def load(
        db: AsyncSession, today: date, ids: Collection[int] | None
    ) -> Mapping[int, tuple[Any, ...]]:
        asked = text(whole if ids is None else few)
        given = {"today": today} if ":today" in asked.text else {}
        rows = await db.execute(asked, given if ids is None else given | {"ids": list(ids)})
        alike: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        return {row_id: alike.setdefault(what, what) for row_id, *rest in rows for what in [tuple(rest)]}

    return load


_OWNED: Final = (
    "SELECT id FROM root_cause WHERE owner_id IN (SELECT {person} FROM {table} WHERE id = ANY(:ids))"
)
PROBLEMS_OF_ROOT_CAUSES: Final = KeptCounts(
    "data problems of root causes",
    _load(_OF_ROOT_CAUSES, "{of_root_causes}", "{of_updates}", "{of_actions}"),
    {
        **{
            table: of_its("root_cause_id", table)
            for table in (
                "action", "baseline", "closing", "closing_request", "evidence", "evidence_file", "impact_review", "kpi",
                "progress_update", "recovery_plan", "root_cause_finding", "root_cause_placement",
            )
        },
        "root_cause": of_its("id", "root_cause"),
        "person": Speaks(
            "SELECT id FROM root_cause WHERE owner_id = ANY(:ids) "
            "UNION SELECT root_cause_id FROM action WHERE owner_id = ANY(:ids)"
        ),
        "role_grant": Speaks(_OWNED.format(person="person_id", table="role_grant")),
        "isg": OF_ALL,
        "plan_approval": OF_ALL,
    },
)  # fmt: skip
OWNERS_OF_OPEN: Final = KeptCounts(
    "owners of what is open",
    _load(_OF_OWNERS, "{of_root_causes}"),
    {
        **{
            table: of_its("root_cause_id", table) for table in ("baseline", "closing", "root_cause_placement")
        },
        "root_cause": of_its("id", "root_cause"),
        "person": Speaks("SELECT id FROM root_cause WHERE owner_id = ANY(:ids)"),
        "isg": OF_ALL,
    },
)
PROBLEMS_OF_FINDINGS: Final = KeptCounts(
    "data problems of findings",
    _load(_OF_FINDINGS, "{of_findings}"),
    {
        "finding": of_its("id", "finding"),
        "root_cause_finding": of_its("finding_id", "root_cause_finding"),
        "root_cause_placement": Speaks(
            "SELECT finding_id FROM root_cause_finding WHERE root_cause_id IN "
            "(SELECT root_cause_id FROM root_cause_placement WHERE id = ANY(:ids))"
        ),
        "isg": OF_ALL,
        "source": OF_ALL,
    },
)
PROBLEMS_OF_KPIS: Final = KeptCounts(
    "data problems of KPIs",
    _load(_OF_KPIS, "{of_kpis}"),
    {
        "kpi": of_its("id", "kpi"),
        "kpi_observation": of_its("kpi_id", "kpi_observation"),
        "kpi_target": of_its("kpi_id", "kpi_target"),
    },
)
KEPT: Final = (PROBLEMS_OF_ROOT_CAUSES, OWNERS_OF_OPEN, PROBLEMS_OF_FINDINGS, PROBLEMS_OF_KPIS)


async def _kept(db: AsyncSession, today: date) -> Mapping[str, int] | None:
    """The counts from what this process keeps; None where nothing is kept."""
    of_root_causes, owners, findings, kpis = [await each.alike(db, today) for each in KEPT]
    if of_root_causes is None or owners is None or findings is None or kpis is None:
        return None
    isgs = {open_in for open_in, *_ in of_root_causes if open_in is not None}
    found = dict((await db.execute(text(_OF_ISGS), {"today": today, "isgs": list(isgs)})).mappings().one())
    without_isg: Counter[tuple[int, ...]] = Counter()
    for (_, *problems), times in of_root_causes.items():
        without_isg[tuple(problems)] += times
    found |= _summed(_COUNTED_OF["root causes"], without_isg)
    found |= _summed(_COUNTED_OF["findings"], findings) | _summed(_COUNTED_OF["kpis"], kpis)
    return found | {_of(OWNERS)[0]: _elsewhere(owners)}


def _summed(codes: Sequence[str], counted: Mapping[tuple[int, ...], int]) -> dict[str, int]:
    return {
        code: sum(what[place] * times for what, times in counted.items()) for place, code in enumerate(codes)
    }


def _elsewhere(owners: Collection[tuple[int, str]]) -> int:
    """How many owners have their address in another domain than most of them; of two with as many the first by its letters."""
    domains = Counter(domain for _, domain in owners)
    return len(owners) - max(domains.values(), default=0)


async def items(
    db: AsyncSession, code: str, today: date, *, after: int, most: int
) -> Sequence[tuple[int, DataProblem]]:
    """The next `most` things that a rule finds, each with its row's id; `after`: the id of the last one seen."""
    found = FOUND[code]
    query = f"""WITH {STANDING}
        SELECT it.id, {found.ref} AS ref, {found.title} AS title, {found.root_cause} AS root_cause, {found.isg} AS isg,
               {found.detail} AS detail
          FROM {found.table} AS it WHERE it.id > :after AND ({found.where}) ORDER BY it.id LIMIT :most
    """
    asked = _written(query, materialized=False)
    rows = (await db.execute(text(asked), {"today": today, "after": after, "most": most})).mappings()
    return [_item(dict(row)) for row in rows]


def _item(row: dict[str, Any]) -> tuple[int, DataProblem]:
    return row.pop("id"), DataProblem(**row)
