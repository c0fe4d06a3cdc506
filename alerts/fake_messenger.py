"""The one fake of the product: a receiver of notices for the demonstration and the tests.

It takes any POST on loopback and appends what it got, with the idempotency key, to a file. It stands where in
operation a mail server or a messaging service does.
"""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec

HOST = "127.0.0.1"
_BODY_MAX = 1_000_000


class FakeMessenger(ThreadingHTTPServer):
    """A receiver on a loopback port (0: any free one) that appends to a file."""

    daemon_threads = True

    def __init__(self, port: int, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self.file = file
        super().__init__((HOST, port), _Handler)

    @property
    def url(self) -> str:
        """The address to put into QINGYU_NOTIFY_URLS."""
        return f"json://{HOST}:{self.server_port}/notify"


class _Handler(BaseHTTPRequestHandler):
    server: FakeMessenger

    def do_POST(self) -> None:
        """Append what was sent and say that it was taken; refuse what is too large or no JSON."""
        length = int(self.headers.get("Content-Length") or 0)
        if length > _BODY_MAX:
            # Some of it is read all the same: a sender still writing would meet a broken pipe and never see the answer.
            self.rfile.read(min(length, 2 * _BODY_MAX))
            self.send_error(413)
            return
        try:
            body = msgspec.json.decode(self.rfile.read(length))
        except msgspec.DecodeError:
            self.send_error(400)
            return
        line = {"idempotency_key": self.headers.get("Idempotency-Key"), "path": self.path, "body": body}
        with self.server.file.open("ab") as received:
            received.write(msgspec.json.encode(line) + b"\n")
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: what was received stands in the file."""
