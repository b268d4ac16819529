"""Packs from draft to published: the paper with its margin, its words, comments, and the deeds that take it on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response

from web.asked import ask, given, standing
from web.clients.answers.papers import BlockWords, Paper, Part, Place
from web.clients.base import ServiceError
from web.comparison import Fresh, has_moved
from web.files import download
from web.form_page import FormPage, carry_out, clashing, show
from web.forms import Form, Option
from web.papers.forms import (
    AssemblyForm,
    BeginForm,
    CommentForm,
    ExemptionForm,
    ExplanationForm,
    ReasonForm,
    SureForm,
    WordsForm,
    WritingForm,
)
from web.papers.pages import READ_FIRST, ComparePage, PaperPage, named, no_such_kind
from web.rendering import Notice, instant, page, see_other, short_day
from web.session import NotForVisitor, Reporting, SignedIn, feature_router, only_for
from web.wording import label

router = feature_router("papers")
MOST = 100
WHOSE: Final = (
    "Packs are assembled and published by the PMO, and approved by somebody who wrote nothing of them."
)
NOT_NOW: Final = "This can’t be done to the pack as it is now. Open it to see what can."
READ_AGAIN: Final = "This pack has changed since you opened it. Open it again and read what has changed, then go on from there."
Move = Literal["assembly", "return", "approval", "publication", "new-version"]


@router.get("/packs/papers/new", dependencies=[only_for("assemble_pack", "Only the PMO can begin a pack.")])
async def beginning(request: Request, reporting: Reporting) -> Response:
    """Which kind of pack is begun."""
    form = BeginForm.shown(request, kind=request.query_params.get("kind", ""))
    return show(request, await _beginning(reporting, form))


@router.post("/packs/papers/new", dependencies=[only_for("assemble_pack", "Only the PMO can begin a pack.")])
async def begin(request: Request, reporting: Reporting) -> Response:
    """Begins it."""
    form = await BeginForm.posted(request)
    shown = await _beginning(reporting, form)
    if not form.check():
        return show(request, shown)
    try:
        begun = await reporting.begin_paper(form.kind.value, once=form.once)
    except ServiceError as error:
        if error.status not in {404, 422}:
            raise
        form.refuse(error)
        return show(request, shown, 422)
    notice = Notice(f"{begun.ref} is begun", "Its figures are today’s until it is assembled.")
    return see_other(request, f"/packs/papers/{begun.ref}", notice)


@router.get("/packs/papers/{ref}")
async def paper(request: Request, reporting: Reporting, ref: str) -> Response:
    """The pack as the paper itself."""
    return page(request, "papers/paper.html.jinja", PaperPage(await reporting.paper(ref)))


@router.get("/packs/papers/{ref}/files/{form}")
async def file(reporting: Reporting, ref: str, form: str, audience: str = "") -> Response:
    """A file as it was issued."""
    return await download(reporting.paper_file(ref, form, audience))


@router.get("/packs/{kind}/compare")
async def compare(
    request: Request, reporting: Reporting, kind: str, earlier: str = "", later: str = "", same: str = ""
) -> Response:  # fmt: skip
    """Two packs of a kind, figure by figure: the newest two where none are chosen."""
    listed = await reporting.papers(kind=kind, limit=MOST)
    if kind not in {each.kind for each in listed.kinds}:
        raise no_such_kind(kind)
    papers = listed.items
    known = [each.ref for each in papers]
    after = later if later in known else next(iter(known), "")
    before = earlier if earlier in known else next((ref for ref in known if ref != after), "")
    found = await reporting.compare_papers(before, after) if before and after else None
    return page(
        request, "papers/compare.html.jinja", ComparePage(kind, papers, before, after, found, same == "true")
    )


# -- words and comments --------------------------------------------------------------------------------------------


@router.get("/packs/papers/{ref}/blocks/{block}")
async def editing(request: Request, reporting: Reporting, ref: str, block: str) -> Response:
    """The form for a block's words."""
    found = _theirs(await reporting.paper(ref), "edit")
    words = await reporting.block_words(ref, block)
    return show(request, _editing(found, words, WordsForm.shown(request, words=words.words, etag=words.etag)))


@router.post("/packs/papers/{ref}/blocks/{block}")
async def edit(request: Request, reporting: Reporting, ref: str, block: str) -> Response:
    """Changes them; where somebody else was quicker, both texts stand beside each other."""
    found, form = await reporting.paper(ref), await WordsForm.posted(request)
    words = await reporting.block_words(ref, block)
    shown = _editing(found, words, form)
    if not form.check():
        return show(request, shown)
    deed = reporting.paper_deed(
        ref, f"blocks/{block}", {"words": form.words.value}, once=form.once, if_match=form.etag.value
    )

    async def fresh() -> Fresh:
        now = await reporting.block_words(ref, block)
        return Fresh(now.etag, {"words": now.words})

    notice = Notice(
        "The words are changed", "The pack shows that they were edited, and keeps the drafted ones."
    )
    return await carry_out(request, shown, deed, f"{_at(ref)}#part-{block}", notice, fresh=fresh)


@router.get("/packs/papers/{ref}/blocks/{block}/undoing")
async def undoing(request: Request, reporting: Reporting, ref: str, block: str) -> Response:
    """The form that goes back to the drafted words."""
    found = _theirs(await reporting.paper(ref), "edit")
    words = await reporting.block_words(ref, block)
    return show(request, _undoing(found, words, SureForm.shown(request, etag=words.etag)))


@router.post("/packs/papers/{ref}/blocks/{block}/undoing")
async def undo(request: Request, reporting: Reporting, ref: str, block: str) -> Response:
    """Goes back to them."""
    found, form = await reporting.paper(ref), await SureForm.posted(request)
    shown = _undoing(found, await reporting.block_words(ref, block), form)
    deed = reporting.paper_deed(ref, f"blocks/{block}/undoing", once=form.once, if_match=form.etag.value)

    async def fresh() -> Fresh:
        now = await reporting.block_words(ref, block)
        return Fresh(now.etag, facts=[now.words])

    notice = Notice("The drafted words are back")
    return await carry_out(request, shown, deed, f"{_at(ref)}#part-{block}", notice, fresh=fresh)


@router.get("/packs/papers/{ref}/writing/{block}")
async def writing(request: Request, reporting: Reporting, ref: str, block: str) -> Response:
    """The form for what people write in a place, for this pack alone."""
    found = _theirs(await reporting.paper(ref), "edit")
    place = await reporting.place_to_write(ref, block)
    form = WritingForm.shown(request, etag=place.etag)
    ask(request, form, place.fields)
    return show(request, _writing(found, place, form))


@router.post("/packs/papers/{ref}/writing/{block}")
async def write(request: Request, reporting: Reporting, ref: str, block: str) -> Response:
    """Keeps it; where somebody else was quicker, both stand beside each other."""
    found, form = await reporting.paper(ref), await WritingForm.posted(request)
    place = await reporting.place_to_write(ref, block)
    ask(request, form, place.fields, posted=True)
    shown = _writing(found, place, form)
    if not form.check():
        return show(request, shown)
    wish = {"given": given(form, place.fields)}
    deed = reporting.paper_deed(ref, f"writing/{block}", wish, once=form.once, if_match=form.etag.value)

    async def fresh() -> Fresh:
        now = await reporting.place_to_write(ref, block)
        return Fresh(now.etag, standing(now.fields))

    notice = Notice(f"{place.title}: saved", "It is in this pack alone. What stood there before is kept.")
    return await carry_out(request, shown, deed, f"{_at(ref)}#part-{block}", notice, fresh=fresh)


@router.get("/packs/papers/{ref}/comments/new")
async def commenting(request: Request, reporting: Reporting, ref: str) -> Response:
    """The form for a comment."""
    found = _theirs(await reporting.paper(ref), "comment")
    form = CommentForm.shown(request, block=request.query_params.get("block", ""))
    return show(request, _commenting(found, form))


@router.post("/packs/papers/{ref}/comments/new")
async def comment(request: Request, reporting: Reporting, ref: str) -> Response:
    """Says it."""
    found, form = await reporting.paper(ref), await CommentForm.posted(request)
    shown = _commenting(found, form)
    if not form.check():
        return show(request, shown)
    said = {"block": form.block.value, "words": form.words.value}
    deed = reporting.paper_deed(ref, "comments", said, once=form.once)
    place = f"#part-{form.block.value}" if form.block.value else "#comments"
    return await carry_out(request, shown, deed, f"{_at(ref)}{place}", Notice("Your comment is added"))


@router.get("/packs/papers/{ref}/comments/{number}/resolving")
async def resolving(request: Request, reporting: Reporting, ref: str, number: int) -> Response:
    """The form that says a comment has been seen to."""
    found = _theirs(await reporting.paper(ref), "comment")
    return show(request, _resolving(found, number, SureForm.shown(request)))


@router.post("/packs/papers/{ref}/comments/{number}/resolving")
async def resolve(request: Request, reporting: Reporting, ref: str, number: int) -> Response:
    """Says so."""
    found, form = await reporting.paper(ref), await SureForm.posted(request)
    shown = _resolving(found, number, form)
    deed = reporting.paper_deed(ref, f"comments/{number}/resolving", once=form.once)
    return await carry_out(request, shown, deed, _at(ref), Notice("The comment is resolved"))


# -- what is exempt, what does not agree ---------------------------------------------------------------------------


@router.get("/packs/papers/{ref}/exemptions/{section}")
async def exempting(request: Request, reporting: Reporting, ref: str, section: str) -> Response:
    """The form that makes a section exempt."""
    found = _theirs(await reporting.paper(ref), "exempt")
    heading = _heading(found, section)
    form = ExemptionForm.shown(request, reason=heading.exempt or "")
    return show(request, _exempting(found, heading, form))


@router.post("/packs/papers/{ref}/exemptions/{section}")
async def exempt(request: Request, reporting: Reporting, ref: str, section: str) -> Response:
    """Makes it so."""
    found, form = await reporting.paper(ref), await ExemptionForm.posted(request)
    heading = _heading(found, section)
    shown = _exempting(found, heading, form)
    if not form.check():
        return show(request, shown)
    deed = reporting.paper_deed(ref, f"exemptions/{section}", {"reason": form.reason.value}, once=form.once)
    notice = Notice(f"“{heading.title}” is exempt", "It stays inside the trust, with all below it.")
    return await carry_out(request, shown, deed, f"{_at(ref)}#part-{section}", notice)


@router.get("/packs/papers/{ref}/exemptions/{section}/ending")
async def ending_exemption(request: Request, reporting: Reporting, ref: str, section: str) -> Response:
    """The form that ends an exemption."""
    found = _theirs(await reporting.paper(ref), "exempt")
    return show(request, _disclosing(found, _heading(found, section), SureForm.shown(request)))


@router.post("/packs/papers/{ref}/exemptions/{section}/ending")
async def end_exemption(request: Request, reporting: Reporting, ref: str, section: str) -> Response:
    """Ends it."""
    found, form = await reporting.paper(ref), await SureForm.posted(request)
    heading = _heading(found, section)
    deed = reporting.paper_deed(ref, f"exemptions/{section}/ending", once=form.once)
    notice = Notice(f"“{heading.title}” may be seen by anybody")
    return await carry_out(
        request, _disclosing(found, heading, form), deed, f"{_at(ref)}#part-{section}", notice
    )


@router.get("/packs/papers/{ref}/explanations")
async def explaining(request: Request, reporting: Reporting, ref: str) -> Response:
    """The form for an explanation."""
    found = _theirs(await reporting.paper(ref), "explain")
    key = request.query_params.get("discrepancy", "")
    before = next((each.explanation for each in found.discrepancies if each.key == key), None)
    form = ExplanationForm.shown(request, discrepancy=key, words=before or "")
    return show(request, _explaining(found, form))


@router.post("/packs/papers/{ref}/explanations")
async def explain(request: Request, reporting: Reporting, ref: str) -> Response:
    """Keeps it."""
    found, form = await reporting.paper(ref), await ExplanationForm.posted(request)
    shown = _explaining(found, form)
    if not form.check():
        return show(request, shown)
    said = {"discrepancy": form.discrepancy.value, "words": form.words.value}
    deed = reporting.paper_deed(ref, "explanations", said, once=form.once)
    notice = Notice("The explanation is kept", "The pack prints it once it is approved.")
    return await carry_out(request, shown, deed, f"{_at(ref)}#discrepancies", notice)


# -- what takes a pack on ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Taking:
    """A deed that takes a pack on: its form, what it says beforehand and afterwards."""

    deed: str
    form: type[Form]
    title: str
    button: str
    follows: Callable[[Paper], tuple[str, ...]]
    notice: Callable[[Paper], Notice]


MOVES: Final[Mapping[str, Taking]] = {
    "assembly": Taking(
        "assemble", AssemblyForm, "Assemble {}", "Assemble it",
        lambda _: ("Its figures stand still from then on. Its words can still be changed until it is approved.",),
        lambda found: Notice(f"{found.ref} is assembled", f"Its figures are those of {short_day(found.as_at)}."),
    ),
    "return": Taking(
        "put_back", ReasonForm, "Put {} back to draft", "Put it back to draft",
        lambda _: ("Its figures are today’s again. What people wrote stays.",),
        lambda found: Notice(f"{found.ref} is a draft again"),
    ),
    "approval": Taking(
        "approve", SureForm, "Approve {}", "Approve it",
        lambda found: (
            f"Words and figures of “{found.title}” as at {short_day(found.as_at)} are settled, and the PMO can publish it.",
            "Every discrepancy is printed with its explanation." if found.discrepancies else "",
        ),
        lambda found: Notice(f"{found.ref} is approved", "The PMO can publish it now."),
    ),
    "publication": Taking(
        "publish", SureForm, "Publish {}", "Publish it",
        lambda found: (
            "Its files are stored and served as they are now, for good: it can’t be changed any more, only superseded.",
            f"Exempt, and in no public file: {_exempt_titles(found)}." if _exempt_titles(found) else
            "No section is exempt from disclosure: anybody may read all of it.",
            f"It takes the place of {found.supersedes}." if found.supersedes else "",
        ),
        lambda found: Notice(f"{found.ref} is being published", "Its files are being made. Nobody sees any of it until all are."),
    ),
    "new-version": Taking(
        "new_version", SureForm, "Begin a new version of {}", "Begin a new version",
        lambda _: ("The published one stays as it is until the new one is published, and can be read ever after.",),
        lambda found: Notice(f"{found.ref} is begun", f"It takes the place of {found.supersedes} once it is published."),
    ),
}  # fmt: skip


@router.get("/packs/papers/{ref}/{move}")
async def moving(
    request: Request, visitor: SignedIn, reporting: Reporting, ref: str, move: Move, read: str = ""
) -> Response:
    """The form of a deed that takes the pack on. `read`: the version of it that they have read."""
    taking = MOVES[move]
    found = _theirs(await reporting.paper(ref), taking.deed)
    day = {"as_at": visitor.today} if taking.form is AssemblyForm else {}
    shown = _moving(found, move, taking.form.shown(request, etag=read or found.etag, **day))
    if has_moved(shown.form, found.etag):
        return clashing(request, shown, _now(found, taking))
    return show(request, shown)


@router.post("/packs/papers/{ref}/{move}")
async def move_on(request: Request, reporting: Reporting, ref: str, move: Move) -> Response:
    """Does it."""
    taking = MOVES[move]
    found, form = await reporting.paper(ref), await taking.form.posted(request)
    shown = _moving(found, move, form)
    if not form.check():
        return show(request, shown)
    body = {name: getattr(form, name).value for name in ("reason", "as_at") if hasattr(taking.form, name)}
    done: list[Paper] = []

    async def deed() -> None:
        etag = form.typed_in("etag")
        done.append(await reporting.paper_deed(ref, move, body, once=form.once, if_match=etag))

    async def fresh() -> Fresh:
        return _now(await reporting.paper(ref), taking)

    answer = await carry_out(request, shown, deed(), _at(ref), Notice(""), fresh=fresh)
    if not done:
        return answer
    return see_other(request, _at(done[0].ref), taking.notice(done[0]))


# -- what these are made of ----------------------------------------------------------------------------------------


def _at(ref: str) -> str:
    return f"/packs/papers/{ref}"


def _now(found: Paper, taking: Taking) -> Fresh:
    """How a pack stands that has changed since it was read. Nobody approves or publishes what they have not read."""
    why_not = "" if taking.deed in found.can else NOT_NOW
    if not why_not and taking.deed in READ_FIRST:
        why_not = READ_AGAIN
    return Fresh(found.etag, facts=[f"{found.ref} is now {label(found.state).lower()}."], why_not=why_not)


def _theirs(found: Paper, deed: str) -> Paper:
    if deed not in found.can:
        raise NotForVisitor(f"{NOT_NOW} {WHOSE}")
    return found


def _heading(found: Paper, section: str) -> Part:
    heading = next((part for part in found.parts if part.level and part.key == section), None)
    if heading is None:
        raise NotForVisitor("This pack has no such section. Open it again to find it.")
    return heading


def _exempt_titles(found: Paper) -> str:
    return ", ".join(part.title for part in found.parts if part.title and part.exempt)


async def _beginning(reporting: Reporting, form: BeginForm) -> FormPage:
    kinds = (await reporting.papers(limit=1)).kinds
    form.offer(kind=[Option("", "Choose"), *(Option(each.kind, each.title) for each in kinds)])
    follows = (
        "A draft has today’s figures until you assemble it at a day. Others can comment on it and change its words.",
    )
    return FormPage(
        "Begin a pack", form, "Begin it", "/packs/papers/new", ("/packs", "Packs"), follows=follows
    )


def _editing(found: Paper, words: BlockWords, form: Form) -> FormPage:
    figures = ", ".join(f"{each.placeholder} is {each.text}" for each in words.figures)
    drafted = f"Drafted: {words.drafted}" if words.words != words.drafted else ""
    return FormPage(
        "Change the words", form, "Save the words", f"{_at(found.ref)}/blocks/{words.block}", (_at(found.ref), found.ref),
        caption=named(found),
        follows=(f"The figures: {figures}." if figures else "There is no figure in these words.", drafted),
    )  # fmt: skip


def _writing(found: Paper, place: Place, form: Form) -> FormPage:
    last = next(iter(place.earlier), None)
    return FormPage(
        f"Write: {place.title.lower()}", form, "Save it", f"{_at(found.ref)}/writing/{place.block}", (_at(found.ref), found.ref),
        caption=named(found),
        follows=(
            place.help, "It is for this pack alone.",
            f"Written last by {last.written_by}, {instant(last.written_at)}." if last else "",
        ),
    )  # fmt: skip


def _undoing(found: Paper, words: BlockWords, form: Form) -> FormPage:
    return FormPage(
        "Go back to the drafted words", form, "Go back to them", f"{_at(found.ref)}/blocks/{words.block}/undoing",
        (_at(found.ref), found.ref), caption=named(found), follows=(f"Drafted: {words.drafted}", f"Now: {words.words}"),
    )  # fmt: skip


def _commenting(found: Paper, form: CommentForm) -> FormPage:
    about = form.block.value
    title = "Comment on this part" if about else "Comment on the whole pack"
    return FormPage(
        title, form, "Add the comment", f"{_at(found.ref)}/comments/new", (_at(found.ref), found.ref), caption=named(found)
    )  # fmt: skip


def _resolving(found: Paper, number: int, form: Form) -> FormPage:
    every = [*found.comments, *(each for part in found.parts for each in part.comments)]
    said = next((each for each in every if each.id == number), None)
    if said is None:
        raise NotForVisitor("There is no such comment on this pack.")
    return FormPage(
        "Resolve the comment", form, "It has been seen to", f"{_at(found.ref)}/comments/{number}/resolving",
        (_at(found.ref), found.ref), caption=named(found), follows=(f"{said.written_by}: {said.words}",),
    )  # fmt: skip


def _exempting(found: Paper, heading: Part, form: Form) -> FormPage:
    return FormPage(
        f"Exempt “{heading.title}” from disclosure", form, "Make it exempt", f"{_at(found.ref)}/exemptions/{heading.key}",
        (_at(found.ref), found.ref), caption=named(found),
        follows=("It stays inside the trust, with all that stands below it: in no feed, no partner’s download, no public file.",),
    )  # fmt: skip


def _disclosing(found: Paper, heading: Part, form: Form) -> FormPage:
    return FormPage(
        f"Let anybody see “{heading.title}”", form, "End the exemption", f"{_at(found.ref)}/exemptions/{heading.key}/ending",
        (_at(found.ref), found.ref), caption=named(found), follows=(f"It is exempt now: {heading.exempt}",),
    )  # fmt: skip


def _explaining(found: Paper, form: ExplanationForm) -> FormPage:
    about = next((each for each in found.discrepancies if each.key == form.discrepancy.value), None)
    if about is None:
        raise NotForVisitor(
            "This is no discrepancy of the pack any more. Open the pack again to see what is."
        )
    return FormPage(
        "Explain what does not agree", form, "Keep the explanation",
        f"{_at(found.ref)}/explanations?{urlencode({'discrepancy': about.key})}", (_at(found.ref), found.ref),
        caption=named(found), follows=(about.sentence,),
    )  # fmt: skip


def _moving(found: Paper, move: str, form: Form) -> FormPage:
    taking = MOVES[move]
    return FormPage(
        taking.title.format(found.ref), form, taking.button, f"{_at(found.ref)}/{move}", (_at(found.ref), found.ref),
        caption=named(found), follows=taking.follows(found),
    )  # fmt: skip
