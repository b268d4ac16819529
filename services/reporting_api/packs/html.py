"""A pack as HTML: one file with all it needs, or the article alone for a page of the web layer."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from services.domain.wording import written
from services.reporting_api.packs.content import Block, Chart, ControlChart, IconHeading, Pack, Shape
from services.reporting_api.packs.drawings import drawing_of
from services.reporting_api.packs.legible import legible
from services.shared.charts import icons

TEMPLATES = files("services.reporting_api.packs") / "templates"


def whole_page(pack: Pack, address: str) -> str:
    """A file of its own: styles and charts inside, nothing fetched. Figures open pages at `address`."""
    styles = (TEMPLATES / "pack.css").read_text(encoding="utf-8")
    return (
        _environment()
        .get_template("page.html")
        .render(
            pack=legible(pack),
            address=address,
            styles=Markup(styles),  # noqa: S704 - our own file
            policy=_policy(styles),
        )
    )


def article(pack: Pack, address: str = "") -> str:
    """The paper's article, for a page that has styles and navigation of its own."""
    return _environment().get_template("article.html").render(pack=legible(pack), address=address)


def block_html(block: Block, address: str = "") -> str:
    """One block of it, for a page that puts something beside each."""
    module: Any = _environment().get_template("blocks.html").module
    return str(module.block(block, address)).strip()


def _policy(styles: str) -> str:
    """The file may use these very styles, and fetch and run nothing."""
    digest = b64encode(sha256(styles.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(str(TEMPLATES)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["written"] = written
    environment.globals["inline_drawing"] = _inline_drawing
    environment.globals["icon"] = _icon
    environment.globals["shapes"] = tuple(Shape)
    return environment


def _inline_drawing(chart: Chart | ControlChart, shape: Shape) -> Markup:
    return Markup(drawing_of(chart, shape))  # noqa: S704 - it escapes every word and refuses scripts and styles


def _icon(heading: IconHeading) -> Markup:
    return Markup(icons.named(heading.icon) if heading.icon else "")  # noqa: S704 - drawn by us, from no data
