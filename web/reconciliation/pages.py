"""What the page of a pack's reconciliation shows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from web.as_at import AsAtForm
from web.clients.answers.reconciliation import Claim, Place, Printed, Reconciliation, Typed
from web.rendering import counted

WHOLE = "The whole plan"


@dataclass(frozen=True, slots=True)
class ReconciliationPage:
    """Every figure that a pack states; `form` asks for the day of a kind that is read live."""

    found: Reconciliation
    form: AsAtForm | None = None

    @property
    def title(self) -> str:
        """All 182 figures agree, or: 2 things do not agree."""
        wrong = len(self.found.discrepancies)
        if not wrong:
            return f"All {counted(len(self.found.claims), 'figure')} agree"
        return f"{counted(wrong, 'thing')} {'does' if wrong == 1 else 'do'} not agree"

    @property
    def back(self) -> tuple[str, str]:
        """To the pack, or to the list of packs."""
        if self.found.ref:
            return f"/packs/papers/{self.found.ref}", self.found.ref
        return f"/packs{self.form.query if self.form else ''}", "Packs"

    @property
    def address(self) -> str:
        """This page's, without its day."""
        return f"/packs/{self.found.kind}/reconciliation"

    @property
    def groups(self) -> Sequence[tuple[str, Sequence[Claim]]]:
        """The figures of the whole plan, then of each ISG."""
        isgs = dict.fromkeys(each.isg for each in self.found.claims)
        groups = [(isg or WHOLE, [each for each in self.found.claims if each.isg == isg]) for isg in isgs]
        return sorted(groups, key=lambda group: group[0] != WHOLE)

    @property
    def unchecked(self) -> Sequence[Typed]:
        """What was typed and held against nothing."""
        return [each for each in self.found.typed if each.held_against is None]

    @property
    def held(self) -> Sequence[Typed]:
        """What was typed and held against a figure of the pack."""
        return [each for each in self.found.typed if each.held_against is not None]

    @property
    def printed(self) -> Sequence[Printed]:
        """The figures of 2019 beside the draft's: those that are not equal first."""
        return sorted(self.found.printed_in_2019, key=lambda each: each.equal)

    @property
    def not_equal(self) -> int:
        """How many figures of 2019 are not those of the draft."""
        return sum(not each.equal for each in self.found.printed_in_2019)

    def places(self, places: Sequence[Place]) -> Sequence[tuple[str, str | None]]:
        """Each section once: its title, with how many blocks of it, and the first of them in the kept pack."""
        first: dict[str, Place] = {}
        for place in places:
            first.setdefault(place.title, place)
        times = Counter(place.title for place in places)
        return [
            (f"{title} ({counted(times[title], 'block')})" if times[title] > 1 else title, self._opens(place))
            for title, place in first.items()
        ]

    def _opens(self, place: Place) -> str | None:
        return (
            f"/packs/papers/{self.found.ref}#part-{place.block}" if self.found.ref and place.block else None
        )
