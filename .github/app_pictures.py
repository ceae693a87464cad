"""Makes the README's pictures of the app: `python .github/app_pictures.py`.

The app runs headless at 120 × 40 with real offline plans and is worked by keys; each screen is
drawn as an SVG that loads nothing from anywhere.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from picture import COLUMNS, ROWS, SVG, THEME, WORDS
from rich.console import Console
from textual.pilot import Pilot

from planner.session import Session
from planner.settings import Settings
from planner.store import TripStore
from planner.tui.app import TripartiteApp
from planner.tui.screens.start import StartScreen
from planner.tui.screens.trip import TripScreen
from planner.tui.widgets.prompt import Prompt

FOLDER = Path(__file__).parent
EARLIER = (
    "4 nights in Tokyo and then 3 in Kyoto in April, gardens and temples, from Berlin",
    "a weekend in Rome in March",
)
PICTURES: dict[str, Sequence[str]] = {
    "itinerary": ("1", "down", "down", "down"),
    "compare": ("2",),
    "activities": ("3", "down"),
    "map": ("4",),
    "budget": ("5",),
    "trace": ("6", "d"),
    "export": ("x",),
    "agents": ("escape", "v"),
}
"""Each screen and the keys that lead there from the one before."""


def draw(app: TripartiteApp, name: str) -> None:
    """Write what is on the screen as `NAME.svg`."""
    console = Console(
        width=COLUMNS, height=ROWS, file=io.StringIO(), force_terminal=True,
        color_system="truecolor", record=True, legacy_windows=False, safe_box=False,
    )  # fmt: skip
    screen = app.screen._compositor
    console.print(screen.render_update(full=True, screen_stack=app._background_screens))
    svg = console.export_svg(title="tripartite", theme=THEME, code_format=SVG, unique_id=name)
    (FOLDER / f"{name}.svg").write_text(svg, encoding="utf-8")
    sys.stdout.write(f"{name}.svg\n")


async def planned(app: TripartiteApp, pilot: Pilot[None], words: str) -> TripScreen:
    """The screen of a finished trip."""
    app.screen.query_one(Prompt).value = words
    await pilot.press("enter")
    while not (isinstance(app.screen, TripScreen) and not app.screen.is_working):
        await pilot.pause()
    return app.screen


async def main() -> None:
    with TemporaryDirectory() as folder:
        session = Session(
            store=TripStore(Path(folder, "trips.sqlite3")),
            settings=Settings(theme="tripartite-dark", export_folder="trips"),
            settings_file=Path(folder, "settings.toml"),
            today=lambda: date(2026, 11, 21),
        )
        app = TripartiteApp(session)
        async with app.run_test(size=(COLUMNS, ROWS)) as pilot:
            start = app.screen_stack[-1]
            assert isinstance(start, StartScreen)
            while not start.is_warm:
                await pilot.pause()
            for words in EARLIER:
                await planned(app, pilot, words)
                await pilot.press("n")
            start.query_one(Prompt).value = WORDS
            while not start.has_read(WORDS):
                await pilot.pause()
            await pilot.pause()
            draw(app, "start")
            await planned(app, pilot, WORDS)
            for name, keys in PICTURES.items():
                await pilot.press(*keys)
                await pilot.pause()
                await pilot.pause()
                draw(app, name)


if __name__ == "__main__":
    asyncio.run(main())
