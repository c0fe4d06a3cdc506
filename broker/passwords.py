"""Passwords of Kafka's users, one file for each: made at random, readable by their owner alone, never shown."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from broker.faults import SettingsFault

_RANDOM_BYTES = 32
_OWNER_ONLY = 0o600


@dataclass(frozen=True)
class Passwords:
    """The files of one folder; each is named after its user."""

    folder: Path

    def file(self, user: str) -> Path:
        """The file of a user, there or not."""
        return self.folder / user

    def has(self, user: str) -> bool:
        """Whether the user's password is here."""
        return self.file(user).exists()

    def read(self, user: str) -> str:
        """The password of a user; FileNotFoundError when it is not here."""
        return self.file(user).read_text(encoding="ascii").strip()

    def keep(self, user: str) -> str:
        """The password of a user, made and written the first time."""
        if not self.has(user):
            self.draft(user)
            self.settle(user)
        return self.read(user)

    def draft(self, user: str) -> str:
        """A new password, written beside the one in force; SettingsFault when the folder does not take it."""
        password = secrets.token_urlsafe(_RANDOM_BYTES)
        draft = self._draft(user)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft.unlink(missing_ok=True)
            write_private(draft, password + "\n")
        except OSError as fault:
            raise SettingsFault(
                f"The password of {user} cannot be written in {self.folder} ({fault.strerror}).",
                "Choose a folder that you may write: `qingyu kafka secure --passwords DIR`.",
            ) from fault
        return password

    def settle(self, user: str) -> None:
        """Put the drafted password in force."""
        self._draft(user).replace(self.file(user))

    def forget(self, user: str) -> None:
        """Delete the user's password."""
        self.file(user).unlink(missing_ok=True)

    def _draft(self, user: str) -> Path:
        return self.folder / f"{user}.new"


def write_private(path: Path, content: str) -> None:
    """Write a new file that nobody but its owner ever could read; FileExistsError when it is there."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY), "w", encoding="utf-8") as file:
        file.write(content)
