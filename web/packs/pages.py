"""What the pages of packs show."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from web.as_at import AsAtForm
from web.clients.answers.reporting import BoardArticle, PackKind
from web.rendering import counted


@dataclass(frozen=True, slots=True)
class PacksPage:
    """The kinds of pack that can be assembled at a day."""

    form: AsAtForm
    kinds: Sequence[PackKind]

    @property
    def title(self) -> str:
        """1 pack can be assembled."""
        return f"{counted(len(self.kinds), 'pack')} can be assembled"


@dataclass(frozen=True, slots=True)
class BoardPaperPage:
    """The Board paper as it would be assembled now; `article` is the service's own HTML, its h1 the page's."""

    form: AsAtForm
    article: Markup
    title: str
    paper: BoardArticle
    """When it was assembled, and whether it is being assembled again."""
