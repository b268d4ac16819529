"""What people enter about what a kind of pack is made of."""

from web.forms import Form, Hidden, Select, Text, TextArea


class MoveForm(Form):
    """A button beside a part."""

    etag = Hidden()
    key = Hidden()
    deed = Hidden()


class TitleForm(Form):
    """Another title of a section."""

    etag = Hidden()
    text = Text("Title", required="Give the section a title.")
    reason = TextArea("Why? (optional)", rows=2)


class WriteForm(Form):
    """What people write in a block, for every pack of the kind: its fields are those that its kind of block asks for."""

    etag = Hidden()
    reason = TextArea("Why? (optional)", rows=2)


class BlockForm(Form):
    """What is added to a section."""

    etag = Hidden()
    key = Select("To which section?", required="Choose the section.")
    block = Select("What is added?", required="Choose what is added.")
    text = TextArea("Its text, where people write it", rows=6)


class SectionForm(Form):
    """A new section."""

    etag = Hidden()
    text = Text("Title", required="Give the section a title.")
    key = Select("Below which section?")


class CopyForm(Form):
    """A new kind."""

    copy_of = Select("Copy of", required="Choose the kind that it begins as.")
    kind = Text(
        "Short name",
        required="Give it a short name.",
        hint="Small letters, digits and hyphens: it stands in addresses and names of files",
    )
    title = Text("Title", required="Give it a title.")
    forum = Text("Forum that it is for", hint="Leave empty for the same")
