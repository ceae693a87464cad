"""How a command ends: its exit codes, and what is said when it ends early."""

from __future__ import annotations

import sys
from typing import NoReturn

import click

FINE, FAULTY, REFUSED, CANCELLED = 0, 1, 2, 130


def end(message: str, code: int = REFUSED, *, fg: str | None = None) -> NoReturn:
    """Say why on standard error, and end with `code`."""
    click.secho(message, fg=fg, err=True)
    sys.exit(code)
