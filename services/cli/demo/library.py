"""The hand-written texts that the demo plan is put together from (`texts/*.toml`), as data."""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from typing import Any

from services.domain.words import Direction, FindingType, KeyQuestion

TOPIC_FILES = {
    "Women's and Children's": "womens_and_childrens",
    "Scheduled Care": "scheduled_care",
    "Unscheduled Care": "unscheduled_care",
    "Workforce": "workforce",
}
"""The ISGs that hold root causes, by name, in the paper's order."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One subject of the inspection: what was found about it, and what could lie behind."""

    isg: str
    name: str
    service: str
    regulation: str
    domains: tuple[KeyQuestion, ...]
    places: tuple[str, ...]
    must: tuple[str, ...]
    should: tuple[str, ...]
    situation: tuple[str, ...]
    background: str
    assessment: tuple[str, ...]
    recommendation: tuple[str, ...]
    actions: tuple[str, ...]
    subject: str
    kpi: str
    causes: tuple[str, ...]
    direction: Direction = Direction.INCREASE
    unit: str = "%"
    target: Decimal = Decimal(95)

    def titles(self) -> list[str]:
        """Every cause, once for each place that it names: first all in the first place, then the others."""
        rounds = range(len(self.places))
        return [
            cause.format(place=self.places[place])
            for place in rounds
            for cause in self.causes
            if place == 0 or "{place}" in cause
        ]


@dataclass(frozen=True, slots=True)
class FurtherFinding:
    """A finding beyond the topics: of the Well-led ISG or of an enforcement notice."""

    type: FindingType
    isg: str
    text: str
    topics: tuple[str, ...]
    source: str | None = None


@dataclass(frozen=True, slots=True)
class HighLevelKpi:
    """A measure of an ISG: from which level it starts, how far its values scatter, and its story.

    `of`: what a share is a share of. `national`, `peer`: about where others stand.
    """

    isg: str
    name: str
    domain: KeyQuestion
    unit: str
    direction: Direction
    target: Decimal | None
    level: Decimal
    spread: Decimal
    story: str
    purpose: str
    source: str
    of: str | None
    national: Decimal | None
    peer: Decimal | None


def topics() -> list[Topic]:
    """All topics, ISG by ISG."""
    return [_topic(isg, entry) for isg, name in TOPIC_FILES.items() for entry in _read(name)["topic"]]


def further_findings() -> list[FurtherFinding]:
    """The Well-led ISG's findings, then those of the notices."""
    texts = _read("beyond_the_topics")
    well_led = [
        FurtherFinding(
            FindingType(entry["type"]),
            "Well-led",
            entry["text"],
            tuple(entry["topics"]),
        )
        for entry in texts["well_led"]
    ]
    notices = [
        FurtherFinding(
            FindingType.NOTICE, entry["isg"], entry["text"], tuple(entry["topics"]), entry["source"]
        )
        for entry in texts["notice"]
    ]
    return well_led + notices


def high_level_kpis() -> list[HighLevelKpi]:
    """Fifteen for each ISG."""
    return [
        HighLevelKpi(
            isg=isg,
            name=entry["name"],
            domain=KeyQuestion(entry["domain"]),
            unit=entry["unit"],
            direction=Direction(entry["direction"]),
            target=_decimal(entry, "target"),
            level=Decimal(str(entry["level"])),
            spread=Decimal(str(entry["spread"])),
            story=entry["story"],
            purpose=entry["purpose"],
            source=entry.get("source", of_isg["source"]),
            of=entry.get("of"),
            national=_decimal(entry, "national"),
            peer=_decimal(entry, "peer"),
        )
        for isg, of_isg in _read("high_level_kpis").items()
        for entry in of_isg["kpis"]
    ]


def _decimal(entry: dict[str, Any], key: str) -> Decimal | None:
    return Decimal(str(entry[key])) if key in entry else None


def wording() -> dict[str, list[str]]:
    """The sentences of updates and decisions, by what is said."""
    return _read("wording")


def names() -> tuple[list[str], list[str]]:
    """First names and family names."""
    texts = _read("people")
    return texts["first_names"], texts["family_names"]


def job_titles() -> dict[str, list[str]]:
    """The job titles of root cause owners, by ISG."""
    titles: dict[str, list[str]] = _read("people")["job_titles"]
    return titles


def _topic(isg: str, entry: dict[str, Any]) -> Topic:
    texts: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
    }
    texts["domains"] = tuple(KeyQuestion(domain) for domain in entry["domains"])
    if "direction" in entry:
        texts["direction"] = Direction(entry["direction"])
        texts["target"] = Decimal(str(entry["target"]))
    return Topic(isg=isg, **texts)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "texts" / f"{name}.toml").read_text(encoding="utf-8"))
