"""Makes the README's picture from a real run in a real terminal: `python .github/picture.py`.

`tripartite plan` runs in a pseudo-terminal of 120 × 40; what it writes goes through a terminal
emulator (`pip install pyte`, needed for this alone) and rich draws the screen as an SVG that loads
nothing from anywhere.
"""

from __future__ import annotations

import fcntl
import io
import os
import pty
import struct
import subprocess
import sys
import termios
from itertools import groupby
from pathlib import Path

import pyte
from pyte.screens import Char
from rich.console import Console
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).parents[1]
PICTURE = Path(__file__).with_name("plan.svg")
COLUMNS, ROWS = 120, 40
MOST_SHOWN = 66
MOST_LINES = 1000
WORDS = "5 days in Lisbon or Porto in May, two adults, €1,500, food and tiles, one of us can't do stairs"
COMMAND = "from planner.cli import main; main(prog_name='tripartite')"
TODAY = "2026-11-21"
THEME = TerminalTheme(
    (22, 24, 29),
    (208, 212, 220),
    [
        *((60, 64, 72), (235, 111, 111), (126, 200, 128), (226, 192, 104)),
        *((110, 165, 240), (200, 140, 230), (92, 196, 205), (208, 212, 220)),
    ],
    [
        *((128, 134, 146), (255, 140, 140), (150, 220, 150), (245, 215, 130)),
        *((140, 190, 255), (220, 170, 245), (130, 220, 228), (240, 242, 246)),
    ],
)
SVG = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
    font-family: "Fira Code", "JetBrains Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace;
    font-size: {char_height}px;
    line-height: {line_height}px;
    font-variant-ligatures: none;
}}
.{unique_id}-title {{
    font-size: 18px;
    font-weight: bold;
    font-family: system-ui, sans-serif;
}}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
"""As rich's own, without the web font."""


class Terminal(pyte.Screen):
    """Shows faint text, which pyte does not know, in grey."""

    def select_graphic_rendition(self, *attributes: int, **more: object) -> None:
        plain = 38 not in attributes and 48 not in attributes
        seen = (90 if a == 2 and plain else a for a in attributes)
        super().select_graphic_rendition(*seen, **more)


def run() -> bytes:
    """Everything that the command writes to its terminal."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
    environment |= {
        "TERM": "xterm-256color",
        "COLUMNS": str(COLUMNS),
        "LINES": str(ROWS),
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
    }
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "plan", WORDS, "--today", TODAY],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
        start_new_session=True,
    )
    os.close(theirs)
    written = io.BytesIO()
    try:
        while piece := os.read(ours, 65536):
            written.write(piece)
    except OSError:  # how Linux tells that the other side has closed
        pass
    os.close(ours)
    if process.wait() != 0:
        raise SystemExit(f"no plan, no picture:\n{written.getvalue().decode()}")
    return written.getvalue()


def screen(written: bytes) -> list[Text]:
    """The lines of the terminal in the end, those that have scrolled away included."""
    terminal = Terminal(COLUMNS, MOST_LINES)
    pyte.ByteStream(terminal).feed(written)
    lines = []
    for number in range(terminal.cursor.y):
        row = [terminal.buffer[number][column] for column in range(COLUMNS)]
        line = Text(no_wrap=True)
        for style, alike in groupby(row, _style):
            line.append("".join(char.data for char in alike), style)
        line.rstrip()
        lines.append(line)
    return lines


def _style(char: Char) -> Style:
    return Style(
        color=_colour(char.fg),
        bgcolor=_colour(char.bg),
        bold=char.bold,
        italic=char.italics,
        underline=char.underscore,
        reverse=char.reverse,
    )


def _colour(name: str) -> str | None:
    """A colour of pyte ("default", "brown", "brightblack", "87d7ff") as rich names it."""
    if name == "default":
        return None
    if len(name) == 6 and all(c in "0123456789abcdef" for c in name):
        return f"#{name}"
    name = name.replace("brown", "yellow")
    return name.replace("bright", "bright_") if name.startswith("bright") else name


def beginning(lines: list[Text]) -> list[Text]:
    """As much as is shown, up to the end of a day."""
    titles = [n for n, line in enumerate(lines[:MOST_SHOWN]) if line.plain.endswith("───")]
    return [*lines[: titles[-1]], Text("…", style="bright_black")]


def draw(lines: list[Text]) -> str:
    """The lines as SVG, under the command that made them."""
    console = Console(
        record=True,
        width=COLUMNS,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
    )
    console.print(Text("$ tripartite plan ", style="bold").append(f'"{WORDS}"', style="green"))
    for line in lines:
        console.print(line)
    return console.export_svg(title="tripartite", theme=THEME, code_format=SVG, unique_id="plan")


def main() -> None:
    lines = screen(run())
    shown = beginning(lines)
    PICTURE.write_text(draw(shown), encoding="utf-8")
    sys.stdout.write(f"{PICTURE.relative_to(ROOT)}: {len(shown)} of {len(lines)} lines\n")


if __name__ == "__main__":
    main()
