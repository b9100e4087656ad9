"""Secrets in files that only their user can read: one file for each key.

Rules: a file is made with mode 0600 under a new name and renamed, so nobody ever
sees half of it, nor all of it with other rights; the folder has mode 0700; a
link, or a file that others may read, is not believed.
"""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

LIMIT = 1 << 20
FOLDER_MODE, FILE_MODE = 0o700, 0o600
OTHERS = 0o077


class FileStore:
    """Files in *folder*; None: the user's own, in Jupyter's data directory."""

    def __init__(self, folder: Path | None = None) -> None:
        self._given = folder

    def read(self, key: str) -> str | None:
        """Return what is kept; raises `OSError` or `ValueError` where that is not to be believed."""
        try:
            handle = os.open(self._path(key), os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        except FileNotFoundError:
            return None
        with os.fdopen(handle, "rb") as file:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode) or found.st_size > LIMIT:
                raise ValueError("not a file of ours")
            if os.name == "posix" and (found.st_mode & OTHERS or found.st_uid != os.getuid()):
                raise PermissionError("others may have written it, or can read it")
            return file.read(LIMIT).decode()

    def write(self, key: str, secret: str) -> None:
        """Keep *secret*."""
        path = self._path(key)
        path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        path.parent.chmod(FOLDER_MODE)
        new = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(secret.encode())
                file.flush()
                os.fsync(handle)
            new.replace(path)
        except BaseException:
            with suppress(OSError):
                new.unlink()
            raise

    def remove(self, key: str) -> bool:
        """Forget it."""
        try:
            self._path(key).unlink()
        except FileNotFoundError:
            return False
        return True

    def _path(self, key: str) -> Path:
        return self._folder() / f"{sha256(key.encode()).hexdigest()[:32]}.json"

    def _folder(self) -> Path:
        from jupyter_core.paths import jupyter_data_dir

        return self._given or Path(jupyter_data_dir()) / "mcp_notebook" / "oauth"
