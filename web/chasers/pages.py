"""What the page of the cycle's progress shows."""

from dataclasses import dataclass

from web.chasers.forms import ChaserForm
from web.clients.answers.chasers import Chaser, ChasersSent, CycleProgress, IsgInCycle, Owing
from web.rendering import Notice, counted

MAIL = {
    "sent": "Mail sent",
    "waiting": "Mail waits to be sent",
    "given_up": "Mail did not arrive",
    "none": "On their notices page",
}


@dataclass(frozen=True, slots=True)
class CyclePage:
    """Each ISG's open cycle: who has not reported, with a tick to chase them."""

    progress: CycleProgress
    form: ChaserForm

    @property
    def title(self) -> str:
        """12 of 18 root causes are reported on in the open cycles."""
        running = [isg for isg in self.progress.isgs if isg.cycle is not None]
        reported, expected = sum(isg.reported for isg in running), sum(isg.expected for isg in running)
        if not expected:
            return "Nothing is to report in the open cycles"
        verb = "is" if expected == 1 else "are"
        return f"{reported} of {counted(expected, 'root cause')} {verb} reported on in this cycle"

    @property
    def may_chase(self) -> bool:
        """Whether there is anybody to tick."""
        return any(self.can_be_chased(each) for isg in self.progress.isgs for each in isg.owing)

    def can_be_chased(self, each: Owing) -> bool:
        """Not twice a day, and nobody who has left."""
        return each.is_here and not each.chased_today

    def value(self, isg: IsgInCycle, each: Owing) -> str:
        """What the tick sends."""
        return f"{isg.slug}|{each.email}"

    def is_ticked(self, isg: IsgInCycle, each: Owing) -> bool:
        """As it was sent before."""
        return self.value(isg, each) in self.form.ticked

    def wrong(self, each: Owing) -> str | None:
        """Why this person was refused."""
        return self.form.errors.get(f"people.{each.email}")

    def mail_of(self, chaser: Chaser) -> str:
        """What became of its mail."""
        return MAIL[chaser.mail]


def told(sent: ChasersSent) -> Notice:
    """What has happened and what follows."""
    rest = sent.people - sent.by_mail
    heading = (
        f"{counted(sent.people, 'person')} chased" if sent.people == 1 else f"{sent.people} people chased"
    )
    if not rest:
        return Notice(
            heading,
            "The mail goes now, and the chaser stands on their notices page until they have reported.",
        )
    if not sent.by_mail:
        return Notice(
            heading, "No mail goes to them: the chaser stands on their notices page until they have reported."
        )
    return Notice(
        heading, f"Mail goes to {sent.by_mail} now. The chaser stands on everybody’s notices page until they have reported."
    )  # fmt: skip
