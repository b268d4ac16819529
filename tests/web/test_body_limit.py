"""What is too large for a form ends on a page of ours, in one sentence; the browser is heard to its end before."""

from collections.abc import AsyncIterator, Mapping

import pytest

from tests.web.page_checks import ORIGIN, Browser
from web.files import MEGABYTE, MOST_TYPED

PART = b"x" * MEGABYTE
BEGINS = b'--x\r\nContent-Disposition: form-data; name="file"; filename="big.csv"\r\nContent-Type: text/csv\r\n\r\n'
ENDS = b"\r\n--x--\r\n"


class Upload:
    """A file of so many megabytes, as a browser sends it; `sent` says how much of it was taken."""

    def __init__(self, megabytes: int) -> None:
        self.megabytes = megabytes
        self.sent = 0

    async def body(self) -> AsyncIterator[bytes]:
        """The parts."""
        yield BEGINS
        for _ in range(self.megabytes):
            yield PART
            self.sent += 1
        yield ENDS

    def headers(self, *, announced: bool) -> Mapping[str, str]:
        """With the length announced, as browsers do, or not, as some programs do."""
        said = {
            "Content-Type": "multipart/form-data; boundary=x", "Origin": ORIGIN, "Sec-Fetch-Site": "same-origin",
        }  # fmt: skip
        length = len(BEGINS) + self.megabytes * MEGABYTE + len(ENDS)
        return said | ({"Content-Length": str(length)} if announced else {})


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize(
    ("path", "most", "megabytes"),
    [
        ("/kpis/upload", 5, 50),
        ("/import", 100, 103),
        ("/root-causes/RC-142/evidence", 20, 203),
        ("/root-causes/RC-142/update", 20, 203),
    ],
)
async def test_a_file_over_the_limit_ends_on_a_page_that_says_how_large_it_may_be(
    owner: Browser, path: str, most: int, megabytes: int, announced: bool
) -> None:
    upload = Upload(megabytes)
    answer = await owner.http.post(path, content=upload.body(), headers=upload.headers(announced=announced))
    page = owner._check(answer)
    assert (page.status, page.h1) == (413, "This file is too large")
    assert f"larger than {most} MB, the most that a file may be here" in page.text
    assert "go back, where what you typed still stands, and choose a smaller file." in page.text
    assert answer.headers["X-Request-ID"]
    assert upload.sent == megabytes, "the browser sends all of it before it is answered"


async def test_so_it_does_without_a_session(anonymous: Browser) -> None:
    upload = Upload(50)
    answer = await anonymous.http.post(
        "/kpis/upload", content=upload.body(), headers=upload.headers(announced=True)
    )
    assert (anonymous._check(answer).h1, upload.sent) == ("This file is too large", 50)


@pytest.mark.parametrize(
    ("fields", "most"),
    [
        ({"progress": "x" * (MOST_TYPED + 1)}, "2 MB, the most that a form may hold"),
        ({f"progress{number}": "x" * 700_000 for number in range(4)}, "2 MB, the most that a form may hold"),
        ({"progress": "x" * (MEGABYTE + 1)}, "1 MB, the most that a field may hold"),
    ],
)
async def test_too_long_a_text_ends_on_a_page_of_its_own(
    owner: Browser, fields: dict[str, str], most: str
) -> None:
    page = await owner.post("/long", fields)
    assert (page.status, page.h1) == (413, "This text is too large")
    assert most in page.text


async def test_what_is_sent_while_somebody_types_leaves_the_page_as_it_is(owner: Browser) -> None:
    said = await owner.put("/root-causes/RC-142/update", {"progress": "x" * (MOST_TYPED + 1)})
    assert said.text == "Not saved: this text is too large. What you have typed stays here."
    assert "HX-Retarget" not in said.response.headers


async def test_a_form_that_nobody_can_read_is_told_so(owner: Browser) -> None:
    said = {
        "Content-Type": "multipart/form-data; boundary=x",
        "Origin": ORIGIN,
        "Sec-Fetch-Site": "same-origin",
    }
    page = owner._check(await owner.http.post("/long", content=b"no such thing", headers=said))
    assert (page.status, page.h1) == (400, "This form can't be read")
