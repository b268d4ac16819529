"""A thing and its peer, measured in turn, round after round; the median of the ratios is what counts."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from statistics import median

Measure = Callable[[], Awaitable[float]]
HEADINGS = ("what (its peer)", "here", "peer", "ratio", "aim")
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Comparison:
    """`ours` and `peer` measure once each; `unit` says whether that is a rate ("/s") or a time ("ms", "s")."""

    what: str
    ours: Measure
    peer: Measure
    unit: str
    aim: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table."""

    what: str
    here: str
    peer: str
    ratio: str
    aim: str

    @property
    def cells(self) -> tuple[str, ...]:
        """From left to right."""
        return (self.what, self.here, self.peer, self.ratio, self.aim)


async def measured(comparisons: Sequence[Comparison], say: Callable[[str], None]) -> list[Line]:
    """Each comparison once a round, ours and the peer's in turn, so that a busy moment of the machine hits both."""
    samples: dict[str, list[tuple[float, float]]] = {each.what: [] for each in comparisons}
    for number in range(1, ROUNDS + 1):
        say(f"Round {number} of {ROUNDS}.")
        for each in comparisons:
            samples[each.what].append((await each.ours(), await each.peer()))
    return [_line(each, samples[each.what]) for each in comparisons]


def _line(comparison: Comparison, samples: Sequence[tuple[float, float]]) -> Line:
    ratio = median(ours / peer for ours, peer in samples)
    return Line(
        what=comparison.what,
        here=shown(median(ours for ours, _ in samples), comparison.unit),
        peer=shown(median(peer for _, peer in samples), comparison.unit),
        ratio=f"{ratio:.3f}" if comparison.unit == "/s" else f"{ratio:.1f} times",
        aim=comparison.aim,
    )


def shown(value: float, unit: str) -> str:
    """Three figures that mean something: 2,610/s, 41.3 ms, 0.09 s."""
    if unit == "ms":
        value *= 1000
    places = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{places}f}{'' if unit == '/s' else ' '}{unit}"


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], figures: Collection[int]) -> str:
    """Rows in columns under their headings, those with figures to the right."""
    widths = [max(len(row[column]) for row in (headings, *rows)) for column in range(len(headings))]
    lines = [headings, tuple("-" * width for width in widths), *rows]
    return "\n".join(_aligned(line, widths, figures) for line in lines)


def _aligned(cells: Sequence[str], widths: Sequence[int], figures: Collection[int]) -> str:
    aligned = [
        cell.rjust(width) if column in figures else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(aligned).rstrip()


def table_of(lines: Sequence[Line]) -> str:
    """Things and their peers."""
    return table(HEADINGS, [line.cells for line in lines], figures={1, 2, 3})
