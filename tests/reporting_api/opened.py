"""What a figure's link opens: the plan service's list, asked with the link's own query."""

import httpx2


async def opened(plan: httpx2.AsyncClient, link: str) -> int:
    """How many root causes (or findings) the list behind a page's link has."""
    answer = await plan.get(f"/v1{link}&limit=1000")
    assert answer.status_code == 200, f"{link}: {answer.text}"
    return len(answer.json()["items"])
