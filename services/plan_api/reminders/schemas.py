"""A person's reminders as they go out, and the rhythm of mail that they choose."""

from datetime import date

from pydantic import BaseModel, Field

from services.domain.words import ReminderKind, Rhythm, StopReason


class NoticeShown(BaseModel):
    """One reminder. `path`: the page that mends it; `due_by`: the last day on which it is in time."""

    id: int
    kind: ReminderKind
    sentence: str
    path: str
    isg: str | None
    cycle: int | None
    due_by: date | None
    raised_on: date
    sent_by: str | None = Field(description="Who chased, where somebody did")
    stopped_on: date | None
    stopped_because: StopReason | None


class MailState(BaseModel):
    """What becomes of one's mail. `last_on`: the day of the last one; `undelivered`: why that one never arrived."""

    sends: bool = Field(
        description="False where the system has no mail server: reminders are on their page alone"
    )
    rhythm: Rhythm
    last_on: date | None
    undelivered: str | None


class NoticeList(BaseModel):
    """Open first, by what is due; then what stopped, the last first."""

    items: list[NoticeShown]
    open: int
    mail: MailState
    next: str | None


class RhythmShown(BaseModel):
    """How often a person gets their digest."""

    rhythm: Rhythm
    sends: bool


class RhythmWish(BaseModel):
    """How often they want it."""

    rhythm: Rhythm
