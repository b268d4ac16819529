"""What people enter about a pack."""

from web.forms import Day, Form, Hidden, Select, TextArea


class BeginForm(Form):
    """Which kind."""

    kind = Select("Kind of pack", required="Choose a kind of pack.")


class WordsForm(Form):
    """The words of a block, its figures as placeholders."""

    etag = Hidden()
    words = TextArea(
        "Words",
        rows=10,
        required="Say something here, or go back to the drafted words.",
        hint="{1} stands for a figure: keep each one, between words. In another order than drafted they are marked for whoever"
        " approves. A list has a line for each item.",
    )


class WritingForm(Form):
    """What people write in a place of the pack: its fields are those that its kind of block asks for."""

    etag = Hidden()


class CommentForm(Form):
    """What somebody thinks of it."""

    block = Hidden()
    words = TextArea(
        "Comment",
        rows=4,
        required="Say what you think of this.",
        hint="Everybody who works on the pack reads it. It is never printed.",
    )


class ReasonForm(Form):
    """Why."""

    etag = Hidden()
    reason = TextArea("Why?", rows=3, required="Say why this pack goes back to draft.")


class ExemptionForm(Form):
    """Which exemption."""

    reason = TextArea(
        "Which exemption applies, and why?",
        rows=3,
        required="Say which exemption of the Freedom of Information Act applies, and why.",
        hint="For example, section 36: prejudice to the effective conduct of public affairs",
    )


class ExplanationForm(Form):
    """Why two figures do not agree."""

    discrepancy = Hidden()
    words = TextArea(
        "Explanation", rows=4, required="Say why this does not agree.", hint="It is printed in the pack."
    )


class AssemblyForm(Form):
    """The day."""

    etag = Hidden()
    as_at = Day(
        "Which day’s figures does it have?",
        called="The day",
        required="Give the day whose figures the pack has.",
        hint="The end of that day, for example 30 4 2019",
    )


class SureForm(Form):
    """Nothing to enter: it is done, or it is not."""

    etag = Hidden()
