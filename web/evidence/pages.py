"""What the page of a root cause's evidence shows."""

from dataclasses import dataclass

from web.clients.answers.evidence import Evidence
from web.forms import Form, Text, Upload
from web.rendering import counted

KINDS = "PDF, Word, Excel, PowerPoint, PNG, JPEG, CSV or plain text"


class EvidenceForm(Form):
    """A file and what it shows."""

    file = Upload("File", hint=KINDS)
    description = Text("What it shows", required="Say what the file shows.")


@dataclass(frozen=True, slots=True)
class EvidencePage:
    """All evidence, and the form to attach a file."""

    evidence: Evidence
    form: EvidenceForm

    @property
    def title(self) -> str:
        """3 pieces of evidence for RC-142."""
        count = len(self.evidence.files) + len(self.evidence.links)
        return (
            f"{counted(count, 'piece') if count else 'No piece'} of evidence for {self.evidence.root_cause}"
        )
