"""What happens to a measure of the demo plan: how far from its level it is, in spreads towards the better."""

from enum import Enum


class Story(Enum):
    """How a series goes on; those of high-level KPIs are named in `high_level_kpis.toml`."""

    STEADY = "steady"
    BETTER = "better"
    BETTER_TREND = "better_trend"
    WORSE = "worse"
    WORSE_TREND = "worse_trend"
    SPIKE_GOOD = "spike_good"
    SPIKE_BAD = "spike_bad"
    STEPPED_UP = "stepped_up"
    QUARTERLY = "quarterly"
    MORE = "more"
    FEWER = "fewer"
    WORKED = "worked"
    DID_NOT_WORK = "did_not_work"
    GOT_WORSE = "got_worse"


LASTING, TREND_OF, STEP_AT = 9, 8, 10
LATELY = {Story.BETTER: 2.5, Story.MORE: 2.5, Story.WORSE: -2.5, Story.FEWER: -2.5}
AT_EACH_STEP = {Story.BETTER_TREND: 1.6, Story.WORSE_TREND: -1.6}
AT_LAST = {Story.SPIKE_GOOD: 6.0, Story.SPIKE_BAD: -6.0}
FROM_THE_STEP_ON = {Story.STEPPED_UP: 6.0}
SINCE_CLOSING = {Story.WORKED: 4.0, Story.GOT_WORSE: -3.0}


def offset(story: Story, position: int, to_come: int, *, has_turned: bool) -> float:
    """Of the value at `position`, with `to_come` values left, itself included; `has_turned`: its root cause is closed."""
    return (
        (LATELY.get(story, 0.0) if to_come <= LASTING else 0.0)
        + AT_EACH_STEP.get(story, 0.0) * max(0, TREND_OF - to_come)
        + (AT_LAST.get(story, 0.0) if to_come == 1 else 0.0)
        + (FROM_THE_STEP_ON.get(story, 0.0) if position >= STEP_AT else 0.0)
        + (SINCE_CLOSING.get(story, 0.0) if has_turned else 0.0)
    )
