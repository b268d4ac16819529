"""What a pack is read of: the day, and of one ISG or of all."""

from urllib.parse import urlencode

from web.as_at import AsAtForm
from web.forms import Select


class DraftForm(AsAtForm):
    """Asks for the day, and for the ISG where the kind has a section for each."""

    isg = Select("ISG")

    @property
    def query(self) -> str:
        """?as_at=2019-04-30&isg=workforce, for the files of the same pack; nothing for today's of the whole plan."""
        day = "" if self.errors else self.as_at.value
        asked = {"as_at": day, "isg": self.one_isg}
        given = urlencode({name: value for name, value in asked.items() if value})
        return f"?{given}" if given else ""

    @property
    def one_isg(self) -> str:
        """The slug of the ISG, where the pack is of one alone."""
        return "" if "isg" in self.errors or not self.isg.options else self.isg.value
