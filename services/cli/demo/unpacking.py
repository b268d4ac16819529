"""Findings, and the root causes that they were unpacked into: how many of each class, and which answers which.

The numbers by ISG are the Board paper's. A Must Do root cause answers at least one Must Do finding; a Should Do
root cause answers Should Do findings only; the findings of notices are answered by Must Do root causes alone.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, cycle
from random import Random

from services.cli.demo.library import TOPIC_FILES, FurtherFinding, Topic, further_findings, topics
from services.domain.words import FindingType, KeyQuestion, RootCauseClass
from services.plan_api.workbook.rows import FindingRow

INSPECTION_REPORT = "CQC inspection report, 29 November 2018"
SITES = ("RSH", "PRH", "RSH and PRH")
ROOT_CAUSES = {
    "Women's and Children's": {RootCauseClass.MUST_DO: 47, RootCauseClass.SHOULD_DO: 35},
    "Scheduled Care": {RootCauseClass.MUST_DO: 45, RootCauseClass.SHOULD_DO: 68},
    "Unscheduled Care": {RootCauseClass.MUST_DO: 68, RootCauseClass.SHOULD_DO: 23},
    "Workforce": {RootCauseClass.MUST_DO: 105, RootCauseClass.SHOULD_DO: 16},
}
SECOND_LINK, LINK_TO_A_SHOULD_DO = 0.35, 0.3


@dataclass(slots=True)
class UnpackedRootCause:
    """A root cause while its plan is being made."""

    title: str
    topic: Topic
    root_cause_class: RootCauseClass
    findings: list[str] = field(default_factory=list)
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """Every finding, and every root cause with the findings that it answers."""

    findings: tuple[FindingRow, ...]
    root_causes: tuple[UnpackedRootCause, ...]


def unpack(random: Random) -> Unpacked:
    """The whole inspection report and the notices beside it."""
    library = topics()
    root_causes = [root_cause for isg in TOPIC_FILES for root_cause in _root_causes(isg, library)]
    for number, root_cause in enumerate(root_causes, start=1):
        root_cause.reference = f"RC-{number:03}"
    by_topic: defaultdict[str, list[UnpackedRootCause]] = defaultdict(list)
    for root_cause in root_causes:
        by_topic[root_cause.topic.name].append(root_cause)

    references = _References()
    findings: list[FindingRow] = []
    for topic in library:
        must = [_finding(references, FindingType.MUST_DO, text, topic, random) for text in topic.must]
        should = [_finding(references, FindingType.SHOULD_DO, text, topic, random) for text in topic.should]
        _link(by_topic[topic.name], must, should, random)
        findings += must + should
    for further in further_findings():
        findings.append(_further_finding(references, further))
        _link_further(further, findings[-1].reference, by_topic)
    return Unpacked(tuple(findings), tuple(root_causes))


class _References:
    """MD-001, SD-001, N-01 and on."""

    def __init__(self) -> None:
        self._numbers: defaultdict[FindingType, Iterator[int]] = defaultdict(lambda: count(1))

    def next(self, finding_type: FindingType) -> str:
        number = next(self._numbers[finding_type])
        if finding_type is FindingType.NOTICE:
            return f"N-{number:02}"
        return f"{'MD' if finding_type is FindingType.MUST_DO else 'SD'}-{number:03}"


def _root_causes(isg: str, library: list[Topic]) -> list[UnpackedRootCause]:
    """As many as the paper says, taken evenly from the ISG's topics; each topic's last ones are its Should Dos."""
    wanted = ROOT_CAUSES[isg]
    titles = {topic.name: topic.titles() for topic in library if topic.isg == isg}
    while sum(map(len, titles.values())) > sum(wanted.values()):
        max(titles.values(), key=len).pop()
    should_dos = _should_dos_by_topic(
        [topic for topic in library if topic.isg == isg], titles, wanted[RootCauseClass.SHOULD_DO]
    )
    return [
        UnpackedRootCause(
            title,
            topic,
            RootCauseClass.MUST_DO
            if position < len(titles[topic.name]) - should_dos[topic.name]
            else RootCauseClass.SHOULD_DO,
        )
        for topic in library
        if topic.isg == isg
        for position, title in enumerate(titles[topic.name])
    ]


def _should_dos_by_topic(of_isg: list[Topic], titles: dict[str, list[str]], wanted: int) -> dict[str, int]:
    """How many of each topic's root causes are Should Do: all where nothing is a Must Do, the rest in turn."""
    should_dos = {topic.name: 0 if topic.must else len(titles[topic.name]) for topic in of_isg}
    mixed = cycle([topic for topic in of_isg if topic.must and topic.should])
    while sum(should_dos.values()) < wanted:
        topic = next(mixed)
        if should_dos[topic.name] < len(titles[topic.name]) - len(topic.must):
            should_dos[topic.name] += 1
    return should_dos


def _finding(
    references: _References, finding_type: FindingType, text: str, topic: Topic, random: Random
) -> FindingRow:
    return FindingRow(
        reference=references.next(finding_type),
        type=finding_type,
        finding=_as_the_inspectors_write(finding_type, text),
        isg=topic.isg,
        source=INSPECTION_REPORT,
        core_service=topic.service,
        site="PRH" if topic.service == "Maternity" else random.choice(SITES),
        cqc_domains=topic.domains,
        regulation=topic.regulation if finding_type is FindingType.MUST_DO else None,
    )


def _further_finding(references: _References, further: FurtherFinding) -> FindingRow:
    is_notice = further.type is FindingType.NOTICE
    return FindingRow(
        reference=references.next(further.type),
        type=further.type,
        finding=further.text if is_notice else _as_the_inspectors_write(further.type, further.text),
        isg=further.isg,
        source=further.source or INSPECTION_REPORT,
        core_service=None if is_notice else "Trust-wide",
        site="RSH and PRH",
        cqc_domains=(KeyQuestion.SAFE,) if is_notice else (KeyQuestion.WELL_LED,),
        regulation="Regulation 12: Safe care and treatment"
        if is_notice
        else "Regulation 17: Good governance",
    )


def _as_the_inspectors_write(finding_type: FindingType, text: str) -> str:
    return f"The trust {'must' if finding_type is FindingType.MUST_DO else 'should'} {text}."


def _link(
    root_causes: list[UnpackedRootCause], must: list[FindingRow], should: list[FindingRow], random: Random
) -> None:
    """Every root cause answers a finding of its class, some two; every finding is answered."""
    for root_cause_class, of_class in ((RootCauseClass.MUST_DO, must), (RootCauseClass.SHOULD_DO, should)):
        its_own = [r for r in root_causes if r.root_cause_class is root_cause_class]
        for number, root_cause in enumerate(its_own):
            root_cause.findings.append(of_class[number % len(of_class)].reference)
            if len(of_class) > 1 and random.random() < SECOND_LINK:
                root_cause.findings.append(of_class[(number + 1) % len(of_class)].reference)
            if (
                root_cause_class is RootCauseClass.MUST_DO
                and should
                and random.random() < LINK_TO_A_SHOULD_DO
            ):
                root_cause.findings.append(random.choice(should).reference)
    answered = {reference for root_cause in root_causes for reference in root_cause.findings}
    for finding in should:
        if finding.reference not in answered:
            min(reversed(root_causes), key=lambda each: len(each.findings)).findings.append(finding.reference)


def _link_further(
    further: FurtherFinding, reference: str, by_topic: dict[str, list[UnpackedRootCause]]
) -> None:
    """To root causes that are Must Do anyway, so that no class changes: a Must Do to two of each topic, a Should Do to one."""
    for name in further.topics:
        must_dos = [r for r in by_topic[name] if r.root_cause_class is RootCauseClass.MUST_DO]
        for root_cause in must_dos[: 1 if further.type is FindingType.SHOULD_DO else 2]:
            root_cause.findings.append(reference)
