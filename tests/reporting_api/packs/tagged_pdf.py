"""A tagged PDF as a screen reader has it: elements in their logical order, each with its own text, from tags alone."""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pikepdf

MCID = "/MCID"


@dataclass(frozen=True, slots=True)
class Element:
    """A tag with those above it, the text right under it, and its alternative text."""

    tags: tuple[str, ...]
    text: str
    alt: str | None

    @property
    def tag(self) -> str:
        return self.tags[-1]


def elements(document: bytes) -> list[Element]:
    """Every element of the structure tree, in its order. Text of a child stands with the child, at its place."""
    with pikepdf.open(io.BytesIO(document)) as opened:
        texts = {page.objgen: _marked_texts(page) for page in opened.pages}
        root = opened.Root.StructTreeRoot
        roles = {str(key): str(value) for key, value in root.get("/RoleMap", {}).items()}
        return list(_walk(root.K, (), None, texts, roles))


def _walk(
    node: Any, tags: tuple[str, ...], page: Any, texts: Mapping[Any, Mapping[int, str]], roles: Mapping[str, str]
) -> Iterator[Element]:  # fmt: skip
    if isinstance(node, pikepdf.Array):
        for each in node:
            yield from _walk(each, tags, page, texts, roles)
    elif isinstance(node, int):
        yield Element(tags, texts[page][int(node)], None)
    elif node.get("/Type") == "/MCR":
        yield Element(tags, texts[node.get("/Pg").objgen if "/Pg" in node else page][int(node.MCID)], None)
    elif "/S" in node:
        tag = str(node.S)
        below = (*tags, roles.get(tag, tag).strip("/"))
        if "/Pg" in node:
            page = node.Pg.objgen
        if "/Alt" in node:
            yield Element(below, "", str(node.Alt))
        else:
            yield Element(below, "", None)
            if "/K" in node:
                yield from _walk(node.K, below, page, texts, roles)


def _marked_texts(page: pikepdf.Page) -> dict[int, str]:
    """What each marked sequence of a page says, by its number."""
    fonts = {str(name): _characters(font) for name, font in page.resources.get("/Font", {}).items()}
    said: dict[int, str] = {}
    open_: list[tuple[int | None, str | None]] = []
    font: Mapping[int, str] = {}
    for instruction in pikepdf.parse_content_stream(page):
        operands: Any = instruction.operands
        operator = str(instruction.operator)
        match operator:
            case "BDC":
                properties = operands[1]
                if isinstance(properties, pikepdf.Name):
                    properties = page.resources.Properties[str(properties)]
                number = int(properties[MCID]) if MCID in properties else open_[-1][0] if open_ else None
                instead = str(properties.ActualText) if "/ActualText" in properties else None
                if number is not None:
                    said[number] = said.get(number, "") + (instead or "")
                open_.append((number, instead))
            case "BMC":
                open_.append((None, None))
            case "EMC":
                open_.pop()
            case "Tf":
                font = fonts[str(operands[0])]
            case "Tj" | "TJ":
                number = next((each for each, _ in reversed(open_) if each is not None), None)
                if number is not None and not any(instead for _, instead in open_):
                    parts = operands[0] if operator == "TJ" else operands
                    codes = b"".join(bytes(each) for each in parts if isinstance(each, pikepdf.String))
                    pairs = (int.from_bytes(codes[at : at + 2]) for at in range(0, len(codes), 2))
                    said[number] += "".join(font[code] for code in pairs)
    return said


def _characters(font: Any) -> dict[int, str]:
    """From codes to text, by the font's own map."""
    table = font.ToUnicode.read_bytes().decode("ascii")
    found: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, text in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            found[int(code, 16)] = _text(text)
    for block in re.findall(r"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for first, last, text in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for code in range(int(first, 16), int(last, 16) + 1):
                found[code] = chr(ord(_text(text)) + code - int(first, 16))
    return found


def _text(digits: str) -> str:
    return bytes.fromhex(digits).decode("utf-16-be")
