"""A real mail server that tests can make refuse, be slow, or be gone."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP

Step = Callable[[], Awaitable[None]]


async def _nothing() -> None:
    """What happens in between, unless a test says otherwise."""


class Mailbox:
    """aiosmtpd's handler: keeps what it accepts."""

    def __init__(self) -> None:
        self.accepted: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.answer_to_recipient = "250 OK"
        self.answer_to_data = "250 OK"
        self.before_recipient: Step = _nothing
        self.once_accepted: Step = _nothing

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        """Takes the recipient or refuses."""
        await self.before_recipient()
        self.recipients.append(address)
        if self.answer_to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer_to_recipient

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Accepts the mail, or says why not."""
        if self.answer_to_data.startswith("250"):
            message = message_from_bytes(envelope.content, policy=default)
            assert isinstance(message, EmailMessage)
            self.accepted.append(message)
            await self.once_accepted()
        return self.answer_to_data

    @property
    def ids(self) -> list[str]:
        """The Message-ID of each mail that was accepted, in order."""
        return [message["Message-ID"] for message in self.accepted]

    @asynccontextmanager
    async def listening(self, port: int = 0) -> AsyncIterator[int]:
        """Serves on a free port, or on this one; gives the port."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(self, hostname="mail.example", loop=loop), "127.0.0.1", port
        )
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
