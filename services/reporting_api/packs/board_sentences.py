"""The Board paper's sentences about the whole plan. One with nothing to say is empty, and is left out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from services.domain.wording import listed, written
from services.domain.words import Cadence, FindingType, RootCauseClass
from services.reporting_api.packs import plan_figures
from services.reporting_api.packs.board_figures import (
    NOTHING_DUE,
    REPORTED_CLASSES,
    BoardPaperFigures,
    Completion,
    IsgFigures,
    SourceFigures,
    ends_its_month,
)
from services.reporting_api.packs.content import Figure, Inlines, Text, sentence
from services.reporting_api.packs.wording import (
    are,
    as_noun,
    in_words,
    none_or,
    of_one_or_more,
    root_causes,
    source_name,
    were,
)

MUST_DO, SHOULD_DO = REPORTED_CLASSES
ECIB = "Executive Continuous Improvement Board (ECIB)"
NOTE = Text("Note", strong=True)
UNSAID: Inlines = ()


@dataclass(frozen=True, slots=True)
class _Counted:
    """The completion of one class (None: of both) as figures: its percentage, numerator and denominator.

    `against` is what it is measured by: the plan in force or, with `original_planned`, the first one.
    """

    figures: BoardPaperFigures
    root_cause_class: RootCauseClass | None
    against: Literal["planned", "original_planned"] = "planned"

    def completion(self, month: date) -> Completion:
        """At the end of the month, or at the as-at date in it."""
        classes = REPORTED_CLASSES if self.root_cause_class is None else [self.root_cause_class]
        months = (self._of_class(each, f"{month:%Y-%m}") for each in classes)
        return sum(months, NOTHING_DUE)

    def parts(self, month: date, prefix: str = "") -> dict[str, Figure]:
        """`percent`, `complete` and `planned`, to be put into a sentence."""
        of = self.completion(month)
        percent = plan_figures.percentage(
            of.percent, f"{of.percent}%", self.figures.as_at, f"{month:%Y-%m}", self.root_cause_class, against=self.against
        )  # fmt: skip
        return {
            f"{prefix}percent": percent,
            f"{prefix}complete": self.figure("complete", of.complete, str(of.complete), month),
            f"{prefix}planned": self.figure(self.against, of.planned, str(of.planned), month),
        }

    def figure(self, counted: plan_figures.Counted, number: int, text: str, month: date) -> Figure:
        """What is counted; a list of all classes holds those of class none too, and so is none to open then."""
        made = plan_figures.of_trajectory(
            counted, number, text, self.figures.as_at, f"{month:%Y-%m}", self.root_cause_class
        )
        if self.root_cause_class is None and self.figures.neither_class:
            return replace(made, counted=None)
        return made

    def _of_class(self, root_cause_class: RootCauseClass, month: str) -> Completion:
        whole = self.figures.whole(root_cause_class)
        return whole.in_month(month) if self.against == "planned" else whole.originally_in_month(month)


def at_end_of(day: date, seen_from: date | None = None) -> str:
    """At the end of April (2018, seen from another year); by 22 May where the month has not ended."""
    year = "" if seen_from is None or seen_from.year == day.year else f" {day.year}"
    return f"at the end of {day:%B}{year}" if ends_its_month(day) else f"by {day.day} {day:%B}{year}"


def purpose(figures: BoardPaperFigures) -> Inlines:
    """What the paper is."""
    if not figures.sources:
        return sentence("This paper updates the Board on the delivery of the Quality Improvement Plan (QIP).")
    findings = of_one_or_more(
        len(figures.sources),
        "the findings of one source",
        f"findings from {in_words(len(figures.sources))} sources",
    )
    return sentence(
        "This paper updates the Board on the delivery of the Quality Improvement Plan (QIP), which addresses {findings}.",
        findings=f"{findings}, set out below",
    )


def oversight(figures: BoardPaperFigures) -> Inlines:
    """Which groups hold the plan."""
    if not figures.isgs:
        return sentence("No Improvement Steering Group (ISG) has been set up yet.")
    return sentence("It is overseen by {isgs}.", isgs=_groups(figures.isgs))


def approvals(figures: BoardPaperFigures) -> list[Inlines]:
    """Who approved which ISGs' plans, and when; then those that nobody has approved."""
    approved = {name for approval in figures.approvals for name in approval.isgs}
    waiting = [isg.name for isg in figures.isgs if isg.name not in approved]
    given = [
        sentence(
            "The {isgs} improvement {plans} approved on {day} ({forum}).",
            isgs=listed(approval.isgs),
            plans=of_one_or_more(len(approval.isgs), "plan was", "plans were"),
            day=written(approval.approved_on),
            forum=approval.forum,
        )
        for approval in figures.approvals
    ]
    plans = of_one_or_more(len(waiting), "plan has", "plans have")
    draft = sentence(
        "The {isgs} improvement {plans} not been approved yet.", isgs=listed(waiting), plans=plans
    )
    return [*given, draft] if waiting else given


def cadences(isgs: Sequence[IsgFigures]) -> list[Inlines]:
    """How often ISGs report: what most do, then who differs."""
    fortnightly = [isg.name for isg in isgs if isg.cadence is Cadence.FORTNIGHTLY]
    monthly = [isg.name for isg in isgs if isg.cadence is Cadence.MONTHLY]
    in_sprints, by_month = "reporting in two-weekly cycles ('sprints')", "reporting on a monthly basis"
    if fortnightly and monthly:
        most = (
            f"All besides the {_isgs(monthly)} are {in_sprints}."
            if len(fortnightly) > 1
            else f"The {_isgs(fortnightly)} is {in_sprints}."
        )
        return [sentence(most), sentence(f"The {_isgs(monthly)} {are(len(monthly))} {by_month}.")]
    if not isgs:
        return []
    everyone = of_one_or_more(len(isgs), "The ISG is", "All ISGs are")
    return [sentence(f"{everyone} {in_sprints if fortnightly else by_month}.")]


def headline(figures: BoardPaperFigures) -> Inlines:
    """How many root causes of each class are complete."""
    reported = [each for each in REPORTED_CLASSES if figures.has(each)]
    if not reported:
        return sentence(
            "The plan holds no Must Do or Should Do Root Causes, so there is no trajectory to report."
        )
    latest = ", the latest full month for which reporting is available," if figures.is_month_end else ","
    counts = [figures.now(each).complete for each in reported]
    template = " and ".join(
        f"{{{each}}} {each.label} {root_causes(n)}" for each, n in zip(reported, counts, strict=True)
    )
    return sentence(
        f"{at_end_of(figures.as_at)}{latest} {template} {'were' if len(reported) > 1 else were(counts[0])} completed.",
        **{each: _complete(figures, each, figures.as_at) for each in reported},
    )


def percentages(figures: BoardPaperFigures) -> list[Inlines]:
    """The percentage of trajectory of both classes together and of Must Do alone, each beside the month before's."""
    if not any(figures.has(each) for each in REPORTED_CLASSES):
        return []
    both, must_do = _Counted(figures, None), _Counted(figures, MUST_DO)
    if both.completion(figures.as_at).percent is None:
        return [sentence("Nothing was due for completion by then, so there is no percentage to report.")]
    template = "This is {percent} of the forecast completion trajectory ({complete} of {planned})"
    said = [_compared(template, both, figures)]
    if figures.has(SHOULD_DO) and must_do.completion(figures.as_at).percent is not None:
        alone = "For Must Do Root Causes alone it is {percent} ({complete} of {planned})"
        said.append(_compared(alone, must_do, figures))
    return [*said, _against_the_original_plan(figures)]


def escalation() -> Inlines:
    """What happens to what is off track."""
    return sentence(
        "Root Causes that are off track are escalated to the {ecib}, with supporting recovery plans. The ECIB also "
        "decides on any proposed changes to the approved plan.",
        ecib=ECIB,
    )


def standing(figures: BoardPaperFigures) -> list[Inlines]:
    """How the Must Do root causes stand, to the last one; and what no figure of the paper counts."""
    must_do = figures.whole(MUST_DO)
    said: list[Inlines] = []
    if must_do.root_causes:
        said += [
            sentence(
                "Of the {total} Must Do {causes}, {complete} {complete_are} complete and {on_track} {on_track_are} "
                "marked as on track.",
                total=plan_figures.root_causes(
                    must_do.root_causes, in_words(must_do.root_causes), figures.as_at, MUST_DO
                ),
                causes=root_causes(must_do.root_causes),
                complete=_Counted(figures, MUST_DO).figure(
                    "complete", must_do.complete, none_or(must_do.complete), figures.as_at
                ),
                complete_are=are(must_do.complete),
                on_track=plan_figures.on_track(
                    must_do.on_track, none_or(must_do.on_track), figures.as_at, MUST_DO
                ),
                on_track_are=are(must_do.on_track),
            ),
            _neither_sentence(figures),
            _unreleased(figures),
        ]
    if figures.neither_class:
        n = figures.neither_class
        said.append(
            sentence(
                "{count} {causes} {are} linked to no Must Do or Should Do finding and counted in no figure of this paper.",
                count=plan_figures.root_causes(n, in_words(n), figures.as_at, RootCauseClass.NONE),
                causes=root_causes(n),
                are=are(n),
            )
        )
    return said


def what_findings_describe(figures: BoardPaperFigures) -> list[Inlines]:
    """How many findings there are of each class, and what the class means."""
    must_do, should_do = (figures.whole(each).findings for each in REPORTED_CLASSES)
    said = []
    if must_do:
        said.append(
            sentence(
                of_one_or_more(
                    must_do,
                    "The {count} Must Do finding describes an area where the Trust must demonstrate improvement.",
                    "The {count} Must Do findings describe areas where the Trust must demonstrate improvement.",
                ),
                count=_findings(FindingType.MUST_DO, must_do),
            )
        )
    if should_do:
        opening = "A further {count}" if must_do else "{count}"
        said.append(
            sentence(
                of_one_or_more(
                    should_do,
                    f"{opening} Should Do finding recommends an additional area for improvement.",
                    f"{opening} Should Do findings recommend additional areas for improvement.",
                ),
                count=_findings(FindingType.SHOULD_DO, should_do),
            )
        )
    return said


def sources_follow(figures: BoardPaperFigures) -> Inlines:
    """Leads to the list of sources."""
    return sentence("What the plan answers, by source:") if figures.sources else UNSAID


def source(source_figures: SourceFigures) -> Inlines:
    """CQC inspection report: 79 Must Do findings and 91 Should Do findings"""
    template = listed([f"{{{each}}} {as_noun(each, n)}" for each, n in source_figures.findings])
    return sentence(
        f"{{name}}: {template}",
        name=source_name(source_figures.name),
        **{
            each: plan_figures.findings_of_source(n, in_words(n), each, source_figures.name)
            for each, n in source_figures.findings
        },
    )


def how_plans_were_made(figures: BoardPaperFigures) -> Inlines:
    """The approach, and who oversees; leads to the list of ISGs."""
    if not figures.isgs:
        return UNSAID
    return sentence(
        "In response, improvement plans were developed using the Situation, Background, Assessment, Recommendation "
        "(SBAR) approach. They are overseen by {isgs}:",
        isgs=_groups(figures.isgs),
    )


def accountability() -> Inlines:
    """Who holds whom to account."""
    return sentence(
        "The {ecib} oversees delivery of the plan and holds ISGs to account through their Accountable Executives.",
        ecib=ECIB,
    )


def previous_month(figures: BoardPaperFigures) -> list[Inlines]:
    """What had been completed by the end of the month before, its actions, and its percentage of trajectory."""
    if not any(figures.has(each) for each in REPORTED_CLASSES):
        return []
    end = figures.previous_month_end
    total = _Counted(figures, None).completion(end).complete
    by_class = f": {{{MUST_DO}}} {MUST_DO.label} and {{{SHOULD_DO}}} {SHOULD_DO.label}." if total else "."
    completed = sentence(
        f"{at_end_of(end, figures.as_at)}, {{total}} {root_causes(total)} had been completed in total{by_class}",
        total=_Counted(figures, None).figure("complete", total, in_words(total), end),
        **{each: _complete(figures, each, end) for each in REPORTED_CLASSES},
    )
    return [completed, _previous_percentage(figures), _actions(figures)]


def about_delivery() -> Inlines:
    """What section 1 is."""
    return sentence(
        "This section of the paper provides a summary of the progress that has been made in completing the Root Causes. "
        "This is a marker of progress of implementing changes that seek to address the concerns identified."
    )


def charts_follow(figures: BoardPaperFigures) -> Inlines:
    """Leads to Figures 1 and 2."""
    if not all(figures.has(each) for each in REPORTED_CLASSES):
        return UNSAID
    return sentence(
        "This progress is shown, broken down by ISG, in the charts below: Figure 1 shows progress for the Must Do Root "
        "Causes by month, Figure 2 for the Should Do Root Causes by month. Each month counts everything completed, or "
        "planned, up to its end."
    )


def note_progress(figures: BoardPaperFigures) -> Inlines:
    """The first recommendation."""
    if not any(figures.has(each) for each in REPORTED_CLASSES):
        return sentence("{note} that the plan holds no Must Do or Should Do Root Causes yet.", note=NOTE)
    approved = {name for approval in figures.approvals for name in approval.isgs}
    all_approved = figures.isgs and approved.issuperset(isg.name for isg in figures.isgs)
    end = (
        f"the end of {figures.as_at:%B}"
        if figures.is_month_end
        else f"{figures.as_at.day} {figures.as_at:%B}"
    )
    by_isgs = f" by the {in_words(len(figures.isgs))} ISGs" if len(figures.isgs) > 1 else ""
    return sentence(
        "{note} the progress that has been made in the delivery of the QIP against {against}{by_isgs} up to {end}.",
        note=NOTE,
        against="the approved trajectories" if all_approved else "trajectory",
        by_isgs=by_isgs,
        end=end,
    )


def note_neither(figures: BoardPaperFigures) -> Inlines:
    """The second: what is neither complete nor on track, if anything is."""
    n = figures.whole(MUST_DO).neither
    if not n:
        return UNSAID
    return sentence(
        "{note} that {count} Must Do {causes} {are} neither complete nor on track, and that Root Causes that are off "
        "track are escalated to the ECIB with supporting recovery plans.",
        note=NOTE,
        count=_neither(figures),
        causes=root_causes(n),
        are=are(n),
    )


def _compared(template: str, counted: _Counted, figures: BoardPaperFigures) -> Inlines:
    """The percentage now and that of the month before, each with its numerator and denominator."""
    now, before = counted.parts(figures.as_at), counted.parts(figures.previous_month_end, "before_")
    when = at_end_of(figures.previous_month_end, figures.as_at)
    was, is_now = (
        counted.completion(figures.previous_month_end).percent,
        counted.completion(figures.as_at).percent,
    )
    if was is None or is_now is None:
        return sentence(f"{template}; nothing was yet due {when}.", **now)
    moved = "up from" if is_now > was else "down from" if is_now < was else "the same as"
    comparison = f"{moved} {{before_percent}} ({{before_complete}} of {{before_planned}}) {when}"
    return sentence(f"{template}, {comparison}.", **now, **before)


def _against_the_original_plan(figures: BoardPaperFigures) -> Inlines:
    """The same percentages by the denominator of the papers before, where due dates have moved since."""
    both, must_do = (_Counted(figures, each, against="original_planned") for each in (None, MUST_DO))
    moved = any(
        figures.now(each) != _Counted(figures, each, against="original_planned").completion(figures.as_at)
        for each in REPORTED_CLASSES
    )
    if not moved or both.completion(figures.as_at).percent is None:
        return UNSAID
    n = figures.moved_due_dates
    template = (
        "{moved} {have} since been moved by the Executive Continuous Improvement Board; against the original plan it is "
        "{percent} ({complete} of {planned})"
    )
    alone = ""
    if figures.has(SHOULD_DO) and must_do.completion(figures.as_at).percent is not None:
        alone = ", and for Must Do Root Causes alone {alone_percent} ({alone_complete} of {alone_planned})"
    return sentence(
        f"{template}{alone}.",
        moved=plan_figures.said_once(n, in_words(n), "Due dates that have been moved", figures.as_at),
        have=of_one_or_more(n, "due date has", "due dates have"),
        **both.parts(figures.as_at),
        **must_do.parts(figures.as_at, "alone_"),
    )


def _unreleased(figures: BoardPaperFigures) -> Inlines:
    """Why feeds, which hold what is released alone, may say otherwise."""
    n = figures.unreleased_updates
    if not n:
        return UNSAID
    return sentence(
        "The figures count what owners had reported by {day}, including {count} {updates} still to meet.",
        day=f"{figures.as_at.day} {figures.as_at:%B}",
        count=plan_figures.said_once(n, in_words(n), "Updates that no meeting has released", figures.as_at),
        updates=of_one_or_more(n, "update on which its ISG has", "updates on which their ISGs have"),
    )


def _neither_sentence(figures: BoardPaperFigures) -> Inlines:
    n = figures.whole(MUST_DO).neither
    if not n:
        return sentence("Every Must Do Root Cause is either complete or on track.")
    return sentence(
        "{count} Must Do {causes} {are} neither complete nor on track.",
        count=_neither(figures),
        causes=root_causes(n),
        are=are(n),
    )


def _neither(figures: BoardPaperFigures) -> Figure:
    n = figures.whole(MUST_DO).neither
    return plan_figures.neither(n, in_words(n), figures.as_at, MUST_DO)


def _actions(figures: BoardPaperFigures) -> Inlines:
    """Whether the month before's target of actions under Must Do root causes was met."""
    actions, month = figures.must_do_actions, f"{figures.previous_month_end:%B}"
    if actions.planned == 0:
        return UNSAID
    last = figures.previous_month_end
    due = plan_figures.said_once(
        actions.planned, in_words(actions.planned), "Must Do actions due in the month", last
    )
    what = f"{of_one_or_more(actions.planned, 'action', 'actions')} due in {month} under Must Do Root Causes"
    if actions.complete == actions.planned:
        return sentence("The target of completing {due} {what} was met.", due=due, what=what)
    done = plan_figures.said_once(
        actions.complete, none_or(actions.complete), "Must Do actions of the month done by its end", last
    )
    return sentence(
        "Of {due} {what}, {done} {were} done by its end.",
        due=due,
        what=what,
        done=done,
        were=were(actions.complete),
    )


def _previous_percentage(figures: BoardPaperFigures) -> Inlines:
    before = _Counted(figures, MUST_DO)
    if before.completion(figures.previous_month_end).percent is None:
        return sentence("No Must Do Root Causes were due for completion by that point.")
    return sentence(
        "For Must Do Root Causes this represented {percent} of the trajectory due for completion by that point "
        "({complete} of {planned}).",
        **before.parts(figures.previous_month_end),
    )


def _complete(figures: BoardPaperFigures, root_cause_class: RootCauseClass, month: date) -> Figure:
    counted = _Counted(figures, root_cause_class)
    value = counted.completion(month).complete
    return counted.figure("complete", value, in_words(value), month)


def _findings(finding_type: FindingType, number: int) -> Figure:
    return plan_figures.findings(number, in_words(number), finding_type)


def _groups(isgs: Sequence[IsgFigures]) -> str:
    groups = of_one_or_more(
        len(isgs), "Improvement Steering Group (ISG)", "Improvement Steering Groups (ISGs)"
    )
    return f"{in_words(len(isgs))} {groups}"


def _isgs(names: Sequence[str]) -> str:
    return f"{listed(names)} {of_one_or_more(len(names), 'ISG', 'ISGs')}"
