"""What is loaded and when: a plan needs no screen and no model library, an import nothing heavy."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SCREENS = {"textual", "textual_dev"}
MODELS = {
    *("openai", "anthropic", "pydantic_ai", "boto3", "mistralai", "cohere", "groq"),
    *("litellm", "langchain", "transformers", "torch", "mcp", "httpx", "httpx2"),
    *("tenacity", "genai_prices", "opentelemetry"),
}
HEAVY = {"dateparser", "holidays", "airportsdata", "rich", "aiohttp", "astral", "opening_hours"}

PLAN = """
from datetime import date
import anyio
from planner.intake import read
from planner.trip import plan_trip

request = read("a weekend in Porto in May", today=date(2026, 11, 21)).request
assert anyio.run(plan_trip, request).complete
"""
COMMAND = """
from planner.cli import main

try:
    main(["plan", "a weekend in Porto in May", "--today", "2026-11-21"])
except SystemExit as end:
    assert end.code == 0
"""


def loaded_after(code: str) -> set[str]:
    """The top-level names in `sys.modules` once `code` has run in a process of its own."""
    script = f"{code}\nimport sys\nprint('loaded', *{{n.split('.')[0] for n in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)},
        cwd=ROOT.anchor,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split()) - {"loaded"}


def test_a_plan_inside_a_program_loads_no_screen_and_no_model_library() -> None:
    loaded = loaded_after(PLAN)
    assert {"planner", "agents", "pydantic"} <= loaded
    assert not loaded & (SCREENS | MODELS | {"rich", "click", "aiohttp"})


def test_a_plan_by_the_rules_does_not_load_what_reads_the_answers_of_models() -> None:
    unused = "import sys; assert not [n for n in sys.modules if 'backends.answers' in n]"
    assert "planner" in loaded_after(f"{PLAN}\n{unused}")


def test_a_plan_from_the_command_line_loads_no_textual_and_no_model_library() -> None:
    loaded = loaded_after(COMMAND)
    assert {"planner", "click", "rich"} <= loaded
    assert not loaded & (SCREENS | MODELS | {"aiohttp"})


@pytest.mark.parametrize(
    "backend", ["offline", "openai:m", "anthropic:m", "http://localhost:1/v1#m"]
)
def test_the_app_paints_before_anything_heavy_is_loaded(backend: str) -> None:
    loaded = loaded_after(
        "import planner.cli.main, planner.tui.app\n"
        "from planner.session import Session\n"
        f"assert Session.open({backend!r}).backend.name == {backend!r}"
    )
    assert "textual" in loaded
    assert not loaded & (HEAVY - {"rich"} | MODELS | {"pydantic", "anyio", "sqlite3", "icalendar"})


@pytest.mark.parametrize(
    "module",
    [
        "agents.events",
        "agents.request",
        "agents.tools",
        "agents.backends.offline",
        "agents.backends.chat",
        "agents.backends.providers",
        "agents.backends.routing",
        "agents.backends.servers.prices",
        "planner.specs",
        "planner.checkup",
        "planner.plan",
        "planner.intake",
        "planner.trip",
        "planner.export.markdown",
        "planner.cli",
    ],
)
def test_importing_a_module_loads_nothing_heavy(module: str) -> None:
    assert not loaded_after(f"import {module}") & (HEAVY | SCREENS | MODELS)


def test_agents_can_be_used_without_the_application() -> None:
    names = sorted(p.stem for p in (ROOT / "agents").glob("*.py") if p.stem != "__init__")
    imports = "\n".join(f"import agents.{name}" for name in names)
    assert not loaded_after(f"{imports}\nimport agents.backends.offline") & {"planner", "click"}


def test_no_module_opens_a_file_or_a_socket_when_it_is_imported() -> None:
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for package in ("agents", "planner")
        for path in sorted((ROOT / package).rglob("*.py"))
        if path.stem != "__main__"
    ]
    watch = f"""
import importlib, sys
import asyncio, click, pydantic, anyio, rich.live, rich.table, rich.panel
ours = ({str(ROOT / "agents")!r}, {str(ROOT / "planner")!r})
seen = []

def hook(event, arguments):
    name = str(arguments[0]) if event == "open" else ""
    if name.startswith(ours) and not name.endswith((".py", ".pyc")) and "__pycache__" not in name:
        seen.append(name)
    if event == "socket.connect":
        seen.append(event)

sys.addaudithook(hook)
for module in {modules!r}:
    if not module.startswith("planner.tui"):
        importlib.import_module(module)
assert not seen, seen
"""
    assert "planner" in loaded_after(watch)
