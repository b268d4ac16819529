"""Filters, forms and templates."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from jinja2 import meta, nodes
from jinja2.exceptions import UndefinedError

from services.domain import words
from tests.web.conftest import LongForm
from tests.web.page_checks import Browser
from web import rendering, wording
from web.clients.base import FieldError, ServiceError
from web.rendering import HERE, environment

UPDATE = "/long"
FRAME = {
    "page", "visitor", "today", "trust_name", "demo", "navigation", "notice", "not_sent_yet", "nonce", "cspNonce",
    "csrf_token", "request_id", "help_words", "search_box", "address_query",
}  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """A page object."""

    title: str = "Root causes"
    due: date = date(2019, 5, 24)


def render(source: str, **context: object) -> str:
    return environment().from_string(source).render(page=Sample(), today=date(2019, 5, 22), **context)


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (date(2019, 5, 24), "in 2 days"),
        (date(2019, 5, 23), "in 1 day"),
        (date(2019, 5, 22), "today"),
        (date(2019, 5, 21), "1 day overdue"),
        (date(2019, 5, 13), "9 days overdue"),
    ],
)
def test_a_due_date_says_how_far_it_is(due: date, said: str) -> None:
    assert render("{{ due | how_far }}", due=due) == said


def test_dates_and_figures_are_printed_as_people_write_them() -> None:
    assert rendering.day(date(2019, 3, 11)) == "Monday 11 March 2019"
    assert rendering.instant(datetime(2019, 5, 22, 22, 59, tzinfo=UTC)) == "22 May 2019 at 23:59"
    assert [rendering.percent(each) for each in (84.6, Decimal("81.25"), 0, 112, None)] == [
        "84.6%", "81.3%", "0.0%", "112.0%", "nothing due",
    ]  # fmt: skip
    assert render("{{ d | since }}", d=date(2019, 5, 13)) == "9 days ago"


def test_a_typing_error_on_a_page_object_is_found_while_nhs_macros_may_ask_for_anything() -> None:
    assert render("{{ nothing.at.all }}") == ""
    with pytest.raises(UndefinedError, match="Sample has no 'titel'"):
        render("{{ page.titel }}")


def test_code_words_are_printed_as_the_rules_print_them() -> None:
    kinds = (
        words.Role,
        words.RootCauseClass,
        words.DeliveryStatus,
        words.EscalationReason,
        words.EscalationState,
        words.Decision,
    )
    for word in (word for kind in kinds for word in kind):
        assert wording.label(word.value) == word.label


def test_templates_use_no_name_that_the_frame_does_not_give() -> None:
    env = environment()
    for path in sorted((HERE / "templates").rglob("*.jinja")):
        tree = env.parse(path.read_text())
        imported = {name for statement in tree.find_all(nodes.FromImport) for name in statement.names}
        own = {macro.name for macro in tree.find_all(nodes.Macro)}
        unknown = meta.find_undeclared_variables(tree) - imported - own - FRAME - set(env.globals)
        assert not unknown, f"{path.name} uses {unknown}"


async def test_a_field_of_every_kind_renders_with_its_label_and_what_was_typed(owner: Browser) -> None:
    page = await owner.get(UPDATE)
    assert page.fields()["progress"] == ["As last time"]
    assert page.fields()["reference"] == ["RC-1"]


async def test_what_is_wrong_stands_in_the_summary_and_at_the_field_and_nothing_typed_is_lost(
    owner: Browser,
) -> None:
    form = await owner.get(UPDATE)
    typed: dict[str, Any] = {
        "forecast_date.day": "31",
        "forecast_date.month": "2",
        "forecast_date.year": "2019",
        "progress": "",
    }
    page = await owner.submit(form, **typed)
    assert page.status == 422
    assert page.errors == [
        "Choose whether it is on track.",
        "Say what has changed.",
        "When will it be done?: “31 2 2019” is not a real date. Enter it like 14 3 2019.",
    ]
    assert page.links["Say what has changed."] == "#progress"
    assert page.fields()["forecast_date.day"] == ["31"]


async def test_one_address_answers_the_page_and_to_htmx_its_part(owner: Browser) -> None:
    page, part = await owner.get(UPDATE, htmx=False), await owner.get(UPDATE, htmx=True)
    assert page.h1 == "Update RC-1"
    assert "<html" not in part.response.text
    assert part.fields().keys() == page.fields().keys()
    assert "HX-Request-Type" in page.response.headers["Vary"]


def test_a_date_is_sent_as_the_services_want_it() -> None:
    form = LongForm.filled(forecast_date=date(2019, 3, 14), themes=["on_track", "off_track"])
    assert form.forecast_date.value == "2019-03-14"
    assert form.themes.all == ("on_track", "off_track")
    assert form.steps.or_none is None
    assert LongForm([("forecast_date.day", "14")]).forecast_date.value == "14"


def test_characters_that_come_with_what_is_pasted_and_nobody_sees_are_not_sent() -> None:
    assert LongForm([("progress", "\x07One\x0btwo\ttab\r\n\ufffe😀")]).progress.value == "One\ntwo\ttab\r\n😀"


def test_a_services_problems_go_to_their_fields() -> None:
    form = LongForm()
    form.refuse(
        ServiceError(
            422,
            "urn:x",
            "All of it.",
            [FieldError("recovery_plan.steps", "Say the steps."), FieldError("", "And more.")],
        )
    )
    assert [(each.sentence, each.href) for each in form.problems] == [
        ("And more.", None),
        ("Say the steps.", "#recovery-plan-steps"),
    ]
    assert form.steps.error == "Say the steps."


async def test_the_accessibility_statement_is_for_anyone(either: Browser) -> None:
    assert (await either.get("/accessibility")).h1 == "Accessibility statement"
