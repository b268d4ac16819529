"""The pages in the header: those that the person may open."""

from collections.abc import Sequence
from dataclasses import dataclass

from web.session import Visitor


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """A page in the header; `current` on the page itself and on those below it."""

    text: str
    href: str
    current: bool


_PAGES = (
    ("Home", "/", None),
    ("Notices", "/notices", None),
    ("My updates", "/updates", "submit_update"),
    ("Cycle", "/cycle", "send_chaser"),
    ("Root causes", "/root-causes", "view_plan"),
    ("Findings", "/findings", "view_plan"),
    ("Escalations", "/escalations", "view_escalations"),
    ("ISGs", "/isgs", "view_plan"),
    ("Meetings", "/meetings", "view_plan"),
    ("Risks", "/risks", "view_plan"),
    ("Measures", "/kpis", "view_measures"),
    ("Expected data", "/expected-data", "view_measures"),
    ("Dashboard", "/dashboard", "view_figures"),
    ("Trajectory", "/trajectory", "view_figures"),
    ("Packs", "/packs", "view_published_packs"),
    ("People", "/admin", "manage_people"),
    ("Partners", "/partners", "manage_clients"),
    ("Import", "/import", "import_plan"),
    ("Data quality", "/data-quality", "view_data_quality"),
    ("Your account", "/account", None),
    ("Audit trail", "/audit", "import_plan"),
    ("Redactions", "/redactions", "approve_redaction"),
)


def navigation(visitor: Visitor | None, path: str) -> Sequence[NavigationItem]:
    """The header's pages; none before sign-in."""
    if visitor is None:
        return ()
    allowed = (entry for entry in _PAGES if entry[2] is None or visitor.may(entry[2]))
    return [NavigationItem(text, href, _is_current(href, path)) for text, href, _ in allowed]


def _is_current(href: str, path: str) -> bool:
    return path == href or (href != "/" and path.startswith(f"{href}/"))
