"""What kinds of pack are made of: moved, hidden, renamed, written and added to, each change a version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import Request
from starlette.responses import Response

from web.asked import ask, given, standing
from web.clients.answers.asked import Asked
from web.clients.answers.outlines import OutlinePart, PackOutline
from web.clients.reporting import ReportingClient
from web.comparison import Fresh
from web.form_page import FormPage, carry_out, show
from web.forms import Form, Option
from web.outlines.forms import BlockForm, CopyForm, MoveForm, SectionForm, TitleForm, WriteForm
from web.rendering import Notice, page
from web.session import NotForVisitor, Reporting, feature_router, only_for

WHOSE: Final = "Only the PMO can change what a kind of pack is made of."
MINE: Final = [only_for("define_pack", WHOSE)]
GONE: Final = "There is no such part any more. Open what this kind is made of again to find it."

router = feature_router("outlines")


@dataclass(frozen=True, slots=True)
class OutlinePage:
    """A kind of pack with its parts."""

    outline: PackOutline
    form: Form

    @property
    def title(self) -> str:
        """What “Board paper” is made of."""
        return f"What “{self.outline.title}” is made of"

    @property
    def address(self) -> str:
        """The page."""
        return f"/packs/outlines/{self.outline.kind}"


@router.get("/packs/outlines/new", dependencies=MINE)
async def copying(request: Request, reporting: Reporting) -> Response:
    """The form for a new kind."""
    return show(request, await _copying(reporting, CopyForm.shown(request)))


@router.post("/packs/outlines/new", dependencies=MINE)
async def copy(request: Request, reporting: Reporting) -> Response:
    """Makes it."""
    form = await CopyForm.posted(request)
    shown = await _copying(reporting, form)
    if not form.check():
        return show(request, shown)
    wish = {name: getattr(form, name).value for name in ("copy_of", "kind", "title")} | {
        "forum": form.forum.or_none
    }
    deed = reporting.copy_outline(wish, once=form.once)
    notice = Notice("The new kind is made", "It begins as the one it was copied from. Change it here.")
    return await carry_out(request, shown, deed, f"/packs/outlines/{form.kind.value}", notice)


@router.get("/packs/outlines/{kind}", dependencies=MINE)
async def outline(request: Request, reporting: Reporting, kind: str) -> Response:
    """A kind with its parts, each with its buttons."""
    return page(
        request, "outlines/outline.html.jinja", OutlinePage(await reporting.outline(kind), MoveForm())
    )


@router.post("/packs/outlines/{kind}", dependencies=MINE)
async def move(request: Request, reporting: Reporting, kind: str) -> Response:
    """What a button beside a part does: up, down, hide, show, remove."""
    form = await MoveForm.posted(request)
    found = await reporting.outline(kind)
    part = _part(found, form.key.value)
    shown = FormPage(
        f"Change “{part.title}”", form, "Do it all the same", f"/packs/outlines/{kind}", (f"/packs/outlines/{kind}", found.title)
    )  # fmt: skip
    wish = {"deed": form.deed.value, "key": form.key.value}
    return await _change(request, reporting, shown, found, wish, f"#part-{part.key}")


@router.get("/packs/outlines/{kind}/blocks/new", dependencies=MINE)
async def adding_block(request: Request, reporting: Reporting, kind: str) -> Response:
    """The form that adds a block."""
    found = await reporting.outline(kind)
    key = request.query_params.get("section", "")
    return show(request, _adding_block(found, BlockForm.shown(request, etag=found.etag, key=key)))


@router.post("/packs/outlines/{kind}/blocks/new", dependencies=MINE)
async def add_block(request: Request, reporting: Reporting, kind: str) -> Response:
    """Adds it, at the end of its section."""
    found, form = await reporting.outline(kind), await BlockForm.posted(request)
    shown = _adding_block(found, form)
    if not form.check():
        return show(request, shown)
    wish = {"deed": "add_block", **{name: getattr(form, name).value for name in ("key", "block", "text")}}
    return await _change(request, reporting, shown, found, wish, f"#part-{form.key.value}")


@router.get("/packs/outlines/{kind}/sections/new", dependencies=MINE)
async def adding_section(request: Request, reporting: Reporting, kind: str) -> Response:
    """The form that adds a section."""
    found = await reporting.outline(kind)
    return show(request, _adding_section(found, SectionForm.shown(request, etag=found.etag)))


@router.post("/packs/outlines/{kind}/sections/new", dependencies=MINE)
async def add_section(request: Request, reporting: Reporting, kind: str) -> Response:
    """Adds it, as the last one there."""
    found, form = await reporting.outline(kind), await SectionForm.posted(request)
    shown = _adding_section(found, form)
    if not form.check():
        return show(request, shown)
    wish = {"deed": "add_section", "key": form.key.value, "text": form.text.value}
    return await _change(request, reporting, shown, found, wish)


@router.get("/packs/outlines/{kind}/parts/{key}", dependencies=MINE)
async def writing(request: Request, reporting: Reporting, kind: str, key: str) -> Response:
    """The form for a section's title, or for what people write in a block."""
    found = await reporting.outline(kind)
    part = _part(found, key)
    if part.is_section:
        form: Form = TitleForm.shown(request, etag=found.etag, text=part.title)
    else:
        form = WriteForm.shown(request, etag=found.etag)
        ask(request, form, _asked(part))
    return show(request, _writing(found, part, form))


@router.post("/packs/outlines/{kind}/parts/{key}", dependencies=MINE)
async def write(request: Request, reporting: Reporting, kind: str, key: str) -> Response:
    """Keeps it."""
    found = await reporting.outline(kind)
    part = _part(found, key)
    form: Form = await (TitleForm if part.is_section else WriteForm).posted(request)
    if not part.is_section:
        ask(request, form, _asked(part), posted=True)
    shown = _writing(found, part, form)
    if not form.check():
        return show(request, shown)
    written = {"text": form.typed_in("text")} if part.is_section else {"given": given(form, part.fields)}
    wish = {
        "deed": "rename" if part.is_section else "write", "key": key, "reason": form.typed_in("reason"), **written
    }  # fmt: skip
    return await _change(request, reporting, shown, found, wish, f"#part-{key}")


async def _change(
    request: Request, reporting: ReportingClient, shown: FormPage, found: PackOutline, wish: Mapping[str, object],
    place: str = "",
) -> Response:  # fmt: skip
    etag = shown.form.typed_in("etag")
    deed = reporting.change_outline(found.kind, wish, once=shown.form.once, if_match=etag or None)

    async def fresh() -> Fresh:
        now = await reporting.outline(found.kind)
        part = next((each for each in now.parts if each.key == wish["key"]), None)
        texts = {"text": part.title} if part and part.is_section else standing(part.fields if part else ())
        return Fresh(now.etag, texts, facts=[each.reason for each in now.history[:1]])

    notice = Notice(
        "The change is kept",
        "Packs that are begun from now on have it; those that are begun stay as they are.",
    )
    return await carry_out(request, shown, deed, f"/packs/outlines/{found.kind}{place}", notice, fresh=fresh)


def _part(found: PackOutline, key: str) -> OutlinePart:
    part = next((each for each in found.parts if each.key == key), None)
    if part is None:
        raise NotForVisitor(GONE)
    return part


def _asked(part: OutlinePart) -> Sequence[Asked]:
    if not part.fields:
        raise NotForVisitor("The words of this block are drafted from the figures: change them in a pack.")
    return part.fields


def _writing(found: PackOutline, part: OutlinePart, form: Form) -> FormPage:
    title = f"Rename “{part.title}”" if part.is_section else f"Write: {part.title.lower()}"
    return _about(found, title, form, "Save it", f"parts/{part.key}")


def _adding_block(found: PackOutline, form: BlockForm) -> FormPage:
    form.offer(
        key=[Option("", "Choose"), *(Option(each.key, each.title) for each in found.sections)],
        block=[Option("", "Choose"), *(Option(each.block, f"{each.title}: {each.help}") for each in found.blocks)],
    )  # fmt: skip
    return _about(found, "Add a block", form, "Add it", "blocks/new")


def _adding_section(found: PackOutline, form: SectionForm) -> FormPage:
    form.offer(key=[Option("", "At the top"), *(Option(each.key, each.title) for each in found.sections)])
    return _about(found, "Add a section", form, "Add it", "sections/new")


async def _copying(reporting: ReportingClient, form: CopyForm) -> FormPage:
    kinds = (await reporting.papers(limit=1)).kinds
    form.offer(copy_of=[Option("", "Choose"), *(Option(each.kind, each.title) for each in kinds)])
    return FormPage(
        "Make a new kind of pack from a copy", form, "Make it", "/packs/outlines/new", ("/packs", "Packs")
    )


def _about(found: PackOutline, title: str, form: Form, button: str, place: str) -> FormPage:
    address = f"/packs/outlines/{found.kind}"
    return FormPage(title, form, button, f"{address}/{place}", (address, found.title), caption=found.title)
