"""The files of a pack as they are issued, one for each format."""

from dataclasses import dataclass
from hashlib import sha256

from services.reporting_api.packs.content import Pack
from services.reporting_api.packs.formats import FORMATS, written


@dataclass(frozen=True, slots=True)
class Rendered:
    """A file: its format, media type and bytes."""

    format: str
    media_type: str
    content: bytes

    @property
    def digest(self) -> str:
        """SHA-256."""
        return sha256(self.content).hexdigest()


async def rendered(pack: Pack) -> list[Rendered]:
    """The pack in every format. The same content gives the same bytes."""
    return [Rendered(name, form.media_type, await written(pack, name)) for name, form in FORMATS.items()]
