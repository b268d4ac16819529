"""Help in the words of the plan: what each person does here, and what the words beneath a page mean."""

import pytest

from tests.web.conftest import Visits
from web.help.glossary import USED_ON, WORDS, words_on
from web.help.pages import GUIDES


def test_every_word_used_is_explained_and_every_explanation_has_a_place_of_its_own() -> None:
    """No page names a word that has no meaning; no two words share an anchor."""
    used = {term for _, terms in USED_ON for term in terms}
    assert used <= WORDS.keys()
    assert len({word.anchor for word in WORDS.values()}) == len(WORDS)


@pytest.mark.parametrize(
    ("path", "first"),
    [
        ("/root-causes/RC-1/update", "On track"),
        ("/root-causes/RC-1", "Root cause"),
        ("/findings/MD-1", "Finding"),
        ("/isgs/well-led/meeting", "ISG"),
        ("/", "Root cause"),
    ],
)
def test_the_most_particular_address_counts(path: str, first: str) -> None:
    """A page below another has words of its own."""
    assert words_on(path)[0].term == first


def test_a_page_without_words_has_none() -> None:
    """Such as signing out."""
    assert words_on("/sign-out") == ()


async def test_every_step_leads_to_a_page_that_opens(visit: Visits) -> None:
    """To somebody who may do what the guide is for."""
    somebody = {
        "submit_update": "owner", "give_values": "owner", "close": "chair", "decide_escalation": "ecib", "import_plan": "pmo",
        "manage_people": "admin", "manage_clients": "pmo", "view_figures": "board",
        "define_measure": "chair",
    }  # fmt: skip
    for guide in GUIDES:
        browser = await visit(f"{somebody[guide.action]}@demo.example")
        for address in {step.href for step in guide.steps}:
            assert (await browser.get(address)).status == 200, (guide.heading, address)


@pytest.mark.parametrize(
    ("person", "heading"),
    [
        ("owner", "Report on your root causes"),
        ("chair", "Lead an Improvement Steering Group"),
        ("ecib", "Decide at ECIB"),
        ("pmo", "Keep the plan"),
        ("admin", "Administer people"),
        ("reader", "Read how the plan stands"),
    ],
)
async def test_everybody_finds_how_their_own_work_is_done(visit: Visits, person: str, heading: str) -> None:
    """And the words beneath."""
    browser = await visit(f"{person}@demo.example")
    page = await browser.get("/help")
    assert page.status == 200
    assert heading in page.text
    words = await browser.get("/help/words")
    assert WORDS["Baseline"].meaning in words.text


async def test_beneath_a_page_stand_its_words(visit: Visits) -> None:
    """Once each, and a way to all of them."""
    page = await (await visit("pmo@demo.example")).get("/findings")
    assert "What the words on this page mean" in page.response.text
    assert WORDS["Must Do"].meaning in page.response.text
