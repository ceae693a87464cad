"""The backends to choose from, by name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from agents.errors import RequestError
from planner.backends import BACKENDS, DEFAULT_BACKEND, backend_named

ROOT = Path(__file__).parent.parent


def test_every_backend_can_be_made_and_says_what_it_is() -> None:
    assert DEFAULT_BACKEND in BACKENDS
    for name, choice in BACKENDS.items():
        assert choice.name == name
        assert backend_named(name).name
        assert choice.about


def test_a_backend_that_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(RequestError, match=r"backend: no backend 'oracle'; choose from .*offline"):
        backend_named("oracle")


def test_the_list_of_backends_is_read_without_anything_heavy() -> None:
    code = "import sys, planner.backends; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    loaded = set(done.stdout.split())
    assert "planner.backends" in loaded
    assert not loaded & {"pydantic", "anyio", "agents.backends.offline", "agents.errors"}
