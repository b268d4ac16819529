"""What the pages of packs show."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup

from web.as_at import AsAtForm
from web.clients.answers.papers import Papers
from web.clients.answers.reporting import PackArticle, PackKind
from web.packs.forms import DraftForm
from web.papers.pages import STATES
from web.rendering import counted
from web.wording import label


@dataclass(frozen=True, slots=True)
class PacksPage:
    """The packs that there are, and the kinds that can be read live at a day; readers find the published ones."""

    form: AsAtForm
    kinds: Sequence[PackKind]
    papers: Papers
    kind: str
    state: str
    may_begin: bool
    may_define: bool

    @property
    def title(self) -> str:
        """3 packs, or 1 published pack for readers."""
        if not self.kinds:
            return f"{counted(self.papers.total, 'published pack')}"
        if not self.papers.total and not self.narrows:
            return "No pack has been begun yet"
        return counted(self.papers.total, "pack")

    @property
    def kind_options(self) -> Sequence[tuple[str, str]]:
        """The kinds."""
        return [("", "All kinds"), *((each.kind, each.title) for each in self.papers.kinds)]

    @property
    def state_options(self) -> Sequence[tuple[str, str]]:
        """The states that the visitor may see packs in."""
        states = STATES if self.kinds else STATES[-2:]
        return [("", "All states"), *((state, label(state)) for state in states)]

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return bool(self.kind or self.state)

    @property
    def next_page(self) -> str | None:
        """The address of the next page."""
        if self.papers.next is None:
            return None
        query = {"kind": self.kind, "state": self.state, "cursor": self.papers.next}
        return f"/packs?{urlencode({name: value for name, value in query.items() if value})}"


@dataclass(frozen=True, slots=True)
class PackPage:
    """A pack as it would be assembled now; `article` is the service's own HTML, its h1 the page's."""

    kind: PackKind
    form: DraftForm
    article: Markup
    title: str
    paper: PackArticle
    """When it was assembled, and whether it is being assembled again."""

    @property
    def address(self) -> str:
        """Without the day and the ISG, and without how a file ends."""
        return f"/packs/{self.kind.kind}"
