"""The chair's report on a cycle: progress, outlook and asks; confirmed by the executive. Source: domain.md, Cycle report."""

from services.domain.errors import Conflict, NotAllowed, Problem, RuleBroken
from services.domain.wording import is_blank
from services.domain.words import Outlook

LONGEST = 10_000


def check_report(progress: str | None, outlook: Outlook | None, asks: str | None, *, off_track: int) -> None:
    """All that is wrong at once (RuleBroken): progress is told; where anything is off track, so is the outlook."""
    problems = []
    if is_blank(progress):
        problems.append(Problem("progress", "Say what the ISG has achieved in this cycle."))
    if off_track and outlook is None:
        problems.append(Problem("outlook", "Something is off track: say whether it will recover."))
    for name, text in (("progress", progress), ("asks", asks)):
        if text is not None and len(text) > LONGEST:
            problems.append(
                Problem(name, f"Shorten this text to {LONGEST:,} characters: it has {len(text):,} now.")
            )
    if problems:
        raise RuleBroken(problems)


def check_confirmation(*, written_by: int, confirmed_by: int | None, person: int) -> None:
    """Raises Conflict for what is confirmed, NotAllowed for one's own words."""
    if confirmed_by is not None:
        raise Conflict("This version of the report is confirmed already.")
    if written_by == person:
        raise NotAllowed("You wrote this report: somebody else has to confirm it.")


def facts_told(*, owing: int, reported: int, closed: int, off_track: int, at_risk: int) -> str:
    """How the cycle went, in the figures that the pages show: what the chair begins from."""
    return (
        f"{reported} of {owing} open root causes were reported on. {closed} {'was' if closed == 1 else 'were'} closed in this "
        f"cycle. {off_track} {'is' if off_track == 1 else 'are'} off track and {at_risk} at risk."
    )
