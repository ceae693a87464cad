"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Put `text` at `path` as UTF-8. Whoever looks sees the old file or the new one, never a part.

    A link is followed, the rights of a file that is replaced stay. Raises OSError.
    """
    data = text.encode()
    if path.exists() and not path.is_file():  # a device or a pipe, as /dev/stdout
        path.write_bytes(data)
        return
    target = Path(os.path.realpath(path))
    part = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, part)
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
