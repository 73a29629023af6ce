"""Where the embedded servers keep their data and their sockets."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from core.embedded.errors import EmbeddedError


def short_hash(path: Path) -> str:
    """A name for a place that fits into the 100 bytes a socket's path may have."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]


def private_folder(path: Path) -> Path:
    """Make a folder that only we may enter, and refuse one that somebody else has put there.

    Logins are not asked for on the sockets, so the mode of their folder is the only lock.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or (os.getuid() != 0 and found.st_uid != os.getuid()):
        raise EmbeddedError(f"{path} belongs to somebody else; remove it, or choose another DPS_HOME.")
    if stat.S_IMODE(found.st_mode) != 0o700:
        path.chmod(0o700)
    return path


def socket_folder(data: Path) -> Path:
    """The folder of the sockets of the server whose data are here; the same one whatever ``TMPDIR`` says."""
    shared = Path("/tmp")
    base = shared if os.access(shared, os.W_OK) else Path(tempfile.gettempdir())
    return private_folder(base / f"dps-{short_hash(data)}")
