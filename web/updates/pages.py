"""What the update pages show."""

from collections.abc import Sequence
from dataclasses import dataclass

from web.clients.answers.updates import Draft, Reporting, UpdateAccepted
from web.comparison import Comparison
from web.rendering import LONDON, Notice, counted, short_day
from web.updates.forms import COMPLETE, OFF_TRACK, UpdateForm


@dataclass(frozen=True, slots=True)
class UpdatePage:
    """The form, with what was said last and the actions to tick off beside it."""

    form: UpdateForm
    reporting: Reporting
    comparison: Comparison | None = None
    """What was typed beside what is there now, where somebody else was quicker."""
    recorded: Sequence[str] = ()
    """Actions that have been recorded as done though the update itself was refused."""
    attached: str = ""
    """The file that has been attached just now, though the update itself is not sent."""

    @property
    def title(self) -> str:
        """Update RC-142: Children wait too long to be seen."""
        return f"Update {self.reporting.ref}: {self.reporting.title}"

    @property
    def replaces(self) -> str | None:
        """What becomes of an update that was sent in this cycle already."""
        times = self.reporting.already_reported
        if not times:
            return None
        sent = "once" if times == 1 else counted(times, "time")
        return f"You have reported {sent} in this cycle. A new update takes the place of that one; both are kept."

    @property
    def blocked(self) -> str | None:
        """The actions that stand in the way of asking for closing."""
        in_the_way = next(
            (each.blocked_by for each in self.reporting.statuses if each.status == COMPLETE), ()
        )
        return ", ".join(in_the_way) or None

    @property
    def saved(self) -> str:
        """When the draft was saved, if it was."""
        draft = self.reporting.draft
        return saved_at(draft) if draft else ""


def saved_at(draft: Draft) -> str:
    """Saved 12:04."""
    return f"Saved {draft.saved_at.astimezone(LONDON):%H:%M}"


@dataclass(frozen=True, slots=True)
class Saving:
    """What became of saving while typing."""

    sentence: str


@dataclass(frozen=True, slots=True)
class NothingToReportPage:
    """Why there is no form; what was typed stands below, beside what is there now, so that no word is lost."""

    ref: str
    sentence: str
    comparison: Comparison | None = None

    @property
    def title(self) -> str:
        """There is nothing to report on RC-4."""
        return f"You can’t report on {self.ref} now"


def sent(accepted: UpdateAccepted, said: str, reporting: Reporting) -> Notice:
    """What happened and what follows: Update sent for cycle 5. It is off track, so it is in the ECIB queue as ESC-0007."""
    follows = []
    if accepted.late:
        follows.append("It came after the deadline and is marked late.")
    if accepted.escalation and said == OFF_TRACK:
        follows.append(f"It is off track, so it is in the ECIB queue as {accepted.escalation}.")
    elif accepted.escalation:
        follows.append(f"It is in the ECIB queue as {accepted.escalation}.")
    if said == COMPLETE:
        follows.append(f"The {reporting.isg} ISG decides on closing it.")
    else:
        follows.append(
            f"The {reporting.isg} ISG reads it at its meeting on {short_day(reporting.cycle.meets_on)}."
        )
    return Notice(f"Update sent for cycle {accepted.cycle}", " ".join(follows))


def kept(draft: Draft) -> Notice:
    """The draft is on the server."""
    return Notice("Draft saved", f"{saved_at(draft)}. It stays here, for you alone, until you send it.")
