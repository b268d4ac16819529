"""What packs claim, over HTTP and the small plan: of a kind at a day, and of a pack as its editors have it."""

from typing import Any

import httpx2
import pytest

from tests.people import Callers

PAPERS, KINDS = "/v1/packs/papers", ("board", "soag", "ecib", "isg", "newsletter", "snapshot")
PMO, EXECUTIVE = "pmo@demo.example", "executive@demo.example"


async def read(client: httpx2.AsyncClient, path: str) -> dict[str, Any]:
    """A reconciliation."""
    answer = await client.get(f"/v1/packs/{path}/reconciliation")
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def assembled(pmo: httpx2.AsyncClient) -> str:
    """A Board paper of April."""
    ref = str((await pmo.post(PAPERS, json={"kind": "board"})).json()["ref"])
    assert (await pmo.post(f"{PAPERS}/{ref}/assembly", json={"as_at": "2019-04-30"})).status_code == 200
    return ref


async def edit(client: httpx2.AsyncClient, ref: str, add: str, block: str = "headline") -> None:
    """Types something behind a block's words."""
    at = f"{PAPERS}/{ref}/blocks/{block}"
    found = await client.get(at)
    words = f"{found.json()['words']} {add}"
    answer = await client.post(at, json={"words": words}, headers={"If-Match": found.headers["ETag"]})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("kind", KINDS)
async def test_each_kind_claims_its_figures_and_agrees_as_it_is_drafted(
    reporting: Callers, kind: str
) -> None:
    found = await read(await reporting(PMO), kind)
    assert (found["kind"], found["ref"], found["discrepancies"]) == (kind, None, [])
    assert found["claims"]
    assert all(each["agrees"] and each["places"] for each in found["claims"])


async def test_a_percentage_says_of_how_many_and_each_figure_where_it_stands(reporting: Callers) -> None:
    claims = {
        (each["figure"], each["isg"], each["as_at"]): each
        for each in (await read(await reporting(PMO), "board"))["claims"]
    }
    percentage = next(
        each for (figure, *_), each in claims.items() if figure == "Percentage of Must Do trajectory"
    )
    assert percentage["of"].endswith("Must Do Root Causes due")
    assert percentage["says"][0].endswith("%")
    headline = next(
        each
        for (figure, isg, _), each in claims.items()
        if (figure, isg) == ("Must Do Root Causes complete", None)
    )
    assert {"headline", "trajectory-headline"} <= {place["block"] for place in headline["places"]}


async def test_there_is_none_of_no_kind_of_no_pack_or_of_a_day_to_come(reporting: Callers) -> None:
    pmo = await reporting(PMO)
    assert (await pmo.get("/v1/packs/poster/reconciliation")).status_code == 404
    assert (await pmo.get(f"{PAPERS}/PACK-0099/reconciliation")).status_code == 404
    answer = await pmo.get("/v1/packs/board/reconciliation", params={"as_at": "2029-01-01"})
    assert answer.status_code == 422


async def test_what_an_editor_types_is_found_beside_its_block_and_goes_when_it_is_mended(
    reporting: Callers,
) -> None:
    pmo = await reporting(PMO)
    ref = await assembled(pmo)
    await edit(pmo, ref, "That is over 75%. Around 80 volunteers help.")
    found = await read(pmo, f"papers/{ref}")
    [wrong] = found["discrepancies"]
    assert wrong["sentence"] == "“over 75%” (Situation) does not say how many of how many."
    assert wrong["blocks"] == ["headline"]
    assert [each["says"] for each in found["typed"] if each["held_against"] is None] == [
        "Around 80 volunteers help"
    ]
    parts = (await pmo.get(f"{PAPERS}/{ref}")).json()["parts"]
    assert [part["key"] for part in parts if part["unreconciled"]] == ["headline"]
    block = await pmo.get(f"{PAPERS}/{ref}/blocks/headline")
    await pmo.post(f"{PAPERS}/{ref}/blocks/headline/undoing", headers={"If-Match": block.headers["ETag"]})
    mended = await read(pmo, f"papers/{ref}")
    assert (mended["discrepancies"], mended["typed"]) == ([], [])


async def test_a_claim_that_does_not_agree_stops_the_approval_until_it_is_explained_and_the_pack_prints_why(
    reporting: Callers,
) -> None:
    pmo, executive = await reporting(PMO), await reporting(EXECUTIVE)
    ref = await assembled(pmo)
    await edit(pmo, ref, "Of these 9,999 Must Do Root Causes were completed.")
    refused = await executive.post(f"{PAPERS}/{ref}/approval")
    assert refused.status_code == 422
    assert "“9999” (Situation). One fact has one value." in refused.text
    [wrong] = (await read(pmo, f"papers/{ref}"))["discrepancies"]
    why = {"discrepancy": wrong["key"], "words": "The old system counted them so."}
    assert (await pmo.post(f"{PAPERS}/{ref}/explanations", json=why)).status_code == 200
    approved = await executive.post(f"{PAPERS}/{ref}/approval")
    assert approved.status_code == 200, approved.text
    printed = [part["html"] for part in approved.json()["parts"] if part["html"]][-1]
    assert "The old system counted them so." in printed
    [still] = (await read(pmo, f"papers/{ref}"))["discrepancies"]
    assert (still["key"], still["explanation"]) == (wrong["key"], "The old system counted them so.")


async def test_a_pack_is_held_against_the_published_one_before_it(reporting: Callers) -> None:
    pmo, executive = await reporting(PMO), await reporting(EXECUTIVE)
    ref = await assembled(pmo)
    await executive.post(f"{PAPERS}/{ref}/approval")
    await pmo.post(f"{PAPERS}/{ref}/publication")
    assert (await read(pmo, "board"))["before"] == ref
    assert (await read(pmo, f"papers/{ref}"))["before"] is None
