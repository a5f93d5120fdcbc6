"""A mail server that delivers to a folder: what `make run` and the browser journeys send their mail to.

It listens on the loopback only and needs aiosmtpd, which a production installation doesn't have.
"""

import argparse
import asyncio
import signal
import time
import uuid
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


class Folder:
    """Writes each message as one .eml file; their names sort by arrival and no reader ever sees half a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)

    # The name is the one that aiosmtpd calls.
    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        name = f"{time.time_ns()}-{uuid.uuid4().hex[:8]}"
        unfinished = self.path / f"{name}.part"
        recipients = ", ".join(envelope.rcpt_tos)
        unfinished.write_bytes(f"X-Envelope-To: {recipients}\r\n".encode() + (envelope.original_content or b""))
        unfinished.replace(self.path / f"{name}.eml")
        return "250 Kept in the folder"


async def serve(*, folder: Path, port: int) -> None:
    """Take mail until the process is asked to end."""
    loop = asyncio.get_running_loop()
    handler = Folder(folder)
    server = await loop.create_server(lambda: SMTP(handler, enable_SMTPUTF8=True, loop=loop), "127.0.0.1", port)
    ended = asyncio.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, ended.set)
    async with server:
        await ended.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    asyncio.run(serve(folder=options.folder, port=options.port))
