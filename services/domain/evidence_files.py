"""Which files may be evidence: by name here, by content in `services/plan_api/evidence/store.py`."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from services.domain.errors import RuleBroken
from services.domain.wording import is_blank, listed

MEDIA_TYPES: Final[Mapping[str, str]] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "png": "image/png",
    "jpg": "image/jpeg",
    "csv": "text/csv",
    "txt": "text/plain",
}
"""By the ending of the name."""
LONGEST_NAME: Final = 200
LONGEST_DESCRIPTION: Final = 2_000
KINDS: Final = listed(list(MEDIA_TYPES), "or")
NOT_OF_A_KIND: Final = f"Evidence is a file of the kind {KINDS}. Save it as one of these."
NOT_WHAT_IT_SAYS: Final = (
    "The content of this file is not what its name says: save it again in the program that it comes from."
)
HOLDS_MACROS: Final = "This file holds macros or embedded programs: save it without them, or as PDF."
EMPTY: Final = "This file is empty. Choose another."
REDACTED_BEFORE: Final = "This very file was redacted here, so it can’t be attached again."


def plain_name(name: str) -> str:
    """Without folders, and without characters that are not seen or turn the writing round."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(each for each in last if unicodedata.category(each)[0] != "C").strip()


def kind_of(name: str) -> str:
    """The ending of a name, as `MEDIA_TYPES` has it. Raises RuleBroken for any other."""
    ending = name.rpartition(".")[2].lower()
    ending = "jpg" if ending == "jpeg" else ending
    if "." not in name.strip(".") or ending not in MEDIA_TYPES:
        raise RuleBroken.at("file", NOT_OF_A_KIND)
    return ending


def check_description(name: str, description: str | None) -> None:
    """Raises RuleBroken with the sentence at its field."""
    if len(name) > LONGEST_NAME:
        raise RuleBroken.at(
            "file", f"The file’s name is longer than {LONGEST_NAME} characters. Give it a shorter one."
        )
    if is_blank(description):
        raise RuleBroken.at("description", "Say what the file shows.")
    if len(str(description)) > LONGEST_DESCRIPTION:
        raise RuleBroken.at("description", f"Say it in {LONGEST_DESCRIPTION:,} characters at most.")
