"""What people are reminded of, in sentences; where each is mended; and the text of a digest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final

from services.domain.reminders import OF_AN_OWNER
from services.domain.wording import written
from services.domain.words import ReminderKind, Rhythm
from services.shared.models import Reminder

MOST_OF_A_KIND: Final = 25
"""A digest is to be read on a telephone: what is more is on the page."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A reminder as it is read: what to do, where, and by when."""

    reminder: Reminder
    sentence: str
    path: str
    isg: str | None
    sender: str | None

    @property
    def kind(self) -> ReminderKind:
        """What it is about."""
        return ReminderKind(self.reminder.kind)


def notice(row: Any, person_id: int) -> Notice:
    """A row of `queries.notices`, told to the person whose reminder it is."""
    reminder: Reminder = row.Reminder
    kind = ReminderKind(reminder.kind)
    thing = f"{row.root_cause} {row.title}" if row.root_cause else reminder.subject
    whose = (
        f" (owned by {row.owner_name})"
        if row.owner_id is not None and row.owner_id != person_id and kind in OF_AN_OWNER
        else ""
    )
    sentence = _SENTENCES[kind].format(
        thing=thing + whose,
        subject=reminder.subject,
        isg=row.isg,
        cycle=reminder.cycle_number,
        sender=row.sender,
    )
    path = _PATHS[kind].format(subject=reminder.subject, cycle=reminder.cycle_number)
    return Notice(reminder, sentence, path, row.isg, row.sender)


_SENTENCES: Final = {
    ReminderKind.CHASER: "{sender} asks for your updates to {isg} in cycle {cycle}.",
    ReminderKind.UPDATE_DUE: "Report on {thing}.",
    ReminderKind.UPDATE_MISSED: "No update came in cycle {cycle} on {thing}.",
    ReminderKind.SENT_BACK: "The ISG has sent back {thing}.",
    ReminderKind.PLAN_WANTED: "ECIB needs a recovery plan for {thing}.",
    ReminderKind.CLOSURE_TO_DECIDE: "Close or send back {thing}.",
    ReminderKind.IMPACT_TO_REVIEW: "Review what is done but not working: {thing}.",
    ReminderKind.ESCALATION_TO_DECIDE: "Decide on {subject}: {thing}.",
    ReminderKind.AGENDA_WANTED: "Put {subject} on an ECIB agenda: {thing}.",
    ReminderKind.REPORT_TO_WRITE: "Write the report of {isg} on cycle {cycle}.",
    ReminderKind.REPORT_TO_CONFIRM: "Confirm the report of {isg} on cycle {cycle}.",
    ReminderKind.RISK_REVIEW_DUE: "ECIB has not reviewed {subject} for five weeks.",
}
_PATHS: Final = {
    ReminderKind.CHASER: "/updates",
    ReminderKind.UPDATE_DUE: "/root-causes/{subject}/update",
    ReminderKind.UPDATE_MISSED: "/root-causes/{subject}/update",
    ReminderKind.SENT_BACK: "/root-causes/{subject}/update",
    ReminderKind.PLAN_WANTED: "/root-causes/{subject}/update",
    ReminderKind.CLOSURE_TO_DECIDE: "/root-causes/{subject}/closing",
    ReminderKind.IMPACT_TO_REVIEW: "/root-causes/{subject}/impact",
    ReminderKind.ESCALATION_TO_DECIDE: "/escalations/{subject}",
    ReminderKind.AGENDA_WANTED: "/escalations/{subject}/agenda",
    ReminderKind.REPORT_TO_WRITE: "/isgs/{subject}/reports/{cycle}/write",
    ReminderKind.REPORT_TO_CONFIRM: "/isgs/{subject}/reports/{cycle}",
    ReminderKind.RISK_REVIEW_DUE: "/risks/{subject}",
}
"""Where each is mended."""
_HOW_OFTEN: Final = {
    Rhythm.EACH_WORKING_DAY: "You get at most one mail a working day, when there is something new or due.",
    Rhythm.MONDAYS: "You get this mail on Mondays.",
    Rhythm.DEADLINE_DAYS: "You get this mail on the day of a deadline.",
    Rhythm.OFF: "",
}


def digest_subject(notices: Sequence[Notice], day: date) -> str:
    """The most pressing first: 3 updates to give by 20 May 2019, and 2 more things."""
    owed = [each for each in notices if each.kind is ReminderKind.UPDATE_DUE]
    if not owed:
        return f"Quality Improvement Plan: {_counted(len(notices), 'thing')} to do"
    rest = len(notices) - len(owed)
    by = min((each.reminder.due_by for each in owed if each.reminder.due_by), default=None)
    when = (
        ""
        if by is None
        else f" by {written(by)}"
        if by >= day
        else f" that {_was(owed)} due by {written(by)}"
    )
    more = f", and {_counted(rest, 'more thing')}" if rest else ""
    return f"Quality Improvement Plan: {_counted(len(owed), 'update')} to give{when}{more}"


def _was(owed: Sequence[Notice]) -> str:
    return "was" if len(owed) == 1 else "were"


def digest_body(name: str, notices: Sequence[Notice], day: date, rhythm: Rhythm, public: str) -> str:
    """The whole mail as plain text. No line is broken: what it quotes stays findable."""
    return "\n".join([*_paragraphs(name, notices, day, rhythm, public), ""])


def _paragraphs(
    name: str, notices: Sequence[Notice], day: date, rhythm: Rhythm, public: str
) -> Iterator[str]:
    yield f"Dear {name},"
    yield ""
    yield f"This is what the Quality Improvement Plan needs from you on {_weekday(day)}."
    order = list(ReminderKind)
    by_kind = sorted(notices, key=lambda each: order.index(each.kind))
    for kind, group in groupby(by_kind, key=lambda each: each.kind):
        yield from _section(kind, list(group), day, public)
    yield ""
    yield f"All of it on one page: {public}/notices"
    yield f"{_HOW_OFTEN[rhythm]} Another rhythm, or none: {public}/account".strip()
    yield "This mail was sent by the system. Please don’t reply to it."


def _section(kind: ReminderKind, notices: Sequence[Notice], day: date, public: str) -> Iterator[str]:
    yield ""
    yield f"{kind.label}: {len(notices)}"
    for each in notices[:MOST_OF_A_KIND]:
        yield f"- {each.sentence}{_by_when(each, day)}"
        yield f"  {public}{each.path}"
    if len(notices) > MOST_OF_A_KIND:
        yield f"- and {len(notices) - MOST_OF_A_KIND} more: {public}/notices"


def _by_when(each: Notice, day: date) -> str:
    by = each.reminder.due_by
    if by is None:
        return ""
    if by < day:
        return f" {'They were' if each.kind is ReminderKind.CHASER else 'It was'} due by {_weekday(by)}."
    at_night = " at 23:59" if each.kind in {ReminderKind.UPDATE_DUE, ReminderKind.CHASER} else ""
    return f" By {'today, ' if by == day else ''}{_weekday(by)}{at_night}."


def _weekday(day: date) -> str:
    return f"{day:%A} {written(day)}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
