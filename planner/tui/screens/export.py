"""Where the plan goes: which form, which folder, under which name."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

from agents.errors import ExportError
from planner.export.files import FORMS, Form, file_name, render, write
from planner.plan import TripPlan
from planner.tui.screens.base import AppDialog
from planner.tui.widgets.choices import Choices
from planner.tui.widgets.footer import FittingFooter

if TYPE_CHECKING:
    from planner.tui.app import TripartiteApp

TITLES = {"markdown": "Markdown", "calendar": "Calendar", "json": "JSON"}


class ExportScreen(AppDialog[None]):
    """Writes the plan to a file and shows its name, to be copied."""

    app: TripartiteApp

    DEFAULT_CSS = """
    ExportScreen > Vertical {
        width: 90%; max-width: 84; height: auto; padding: 1 2;
        background: $surface; border: round $primary;
    }
    ExportScreen OptionList { height: auto; background: $surface; padding: 0; }
    ExportScreen OptionList, ExportScreen OptionList:focus { border: none; }
    ExportScreen Input { margin-top: 1; border: round $foreground 30%; background: $surface; }
    ExportScreen Input:focus { border: round $primary; }
    ExportScreen #result { height: auto; padding: 1 0 0 0; }
    ExportScreen Horizontal { height: auto; align-horizontal: right; padding-top: 1; }
    ExportScreen Button { margin-left: 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close"),
        Binding("ctrl+s", "save", "Save"),
        Binding("c", "copy", "Copy the file's name"),
    ]

    def __init__(self, plan: TripPlan, folder: str) -> None:
        super().__init__()
        self._plan = plan
        self._folder = folder or str(Path.cwd())
        self._written = ""

    def compose(self) -> ComposeResult:
        box = Vertical()
        box.border_title = "Export"
        with box:
            yield Choices(
                *(
                    Option(
                        Content.assemble(
                            (f"{TITLES.get(form.name, form.name):<9}", "bold"),
                            f" {file_name(self._plan, form)}  ",
                            (form.about, "$foreground-muted"),
                        ),
                        id=form.name,
                    )
                    for form in FORMS
                ),
                markup=False,
            )
            if not self.app.is_web:
                folder = Input(self._folder, placeholder="Folder", id="folder")
                folder.border_title = "Folder"
                yield folder
            yield Static(id="result", markup=False)
            with Horizontal():
                yield Button("Save", variant="primary", id="save", compact=True)
                yield Button("Close", id="close", compact=True)
        yield FittingFooter(show_command_palette=False)

    def on_mount(self) -> None:
        forms = self.query_one(OptionList)
        forms.highlighted = next(n for n, form in enumerate(FORMS) if form.name == "calendar")
        forms.focus()

    @on(OptionList.OptionSelected)
    def _form_selected(self) -> None:
        self.action_save()

    @on(Input.Submitted)
    def _folder_given(self) -> None:
        self.action_save()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "save":
            self.action_save()
        else:
            self.dismiss()

    def action_save(self) -> None:
        chosen = self.query_one(OptionList).highlighted or 0
        if self.app.is_web:
            self._deliver(FORMS[chosen])
        else:
            self._save(FORMS[chosen], self.query_one("#folder", Input).value)

    @work(exclusive=True, exit_on_error=False)
    async def _save(self, form: Form, folder: str) -> None:
        try:
            path = await asyncio.to_thread(_write, self._plan, form, folder)
        except ExportError as error:
            self._tell(Content.assemble(("✗ ", "$error"), (str(error), "$error")))
            return
        self._written = str(path)
        self.app.remember(export_folder=str(path.parent))
        self._tell(
            Content.assemble(
                ("✓ written: ", "$success"),
                self._written,
                ("  (c copies the name)", "$foreground-muted"),
            )
        )
        self.query_one("#close", Button).focus()

    def _deliver(self, form: Form) -> None:
        """In a browser the file goes to whoever looks at it, not to the server's disk."""
        name = file_name(self._plan, form)
        self.app.deliver_text(io.StringIO(render(self._plan, form)), save_filename=name)
        self._tell(Content.assemble(("✓ sent to your browser: ", "$success"), name))

    def _tell(self, words: Content) -> None:
        self.query_one("#result", Static).update(words)

    def action_copy(self) -> None:
        if self._written:
            self.app.copy_to_clipboard(self._written)
            self.app.tell("The file's name is on the clipboard.")
        else:
            self.app.tell("Nothing is written yet; Enter writes the file.")


def _write(plan: TripPlan, form: Form, folder: str) -> Path:
    try:
        target = Path(folder or ".").expanduser().absolute()
    except RuntimeError as error:  # "~somebody" who has no home
        raise ExportError(f"there is no folder {folder}; name another") from error
    if not target.is_dir():
        raise ExportError(f"there is no folder {folder}; make it first, or name another")
    return write(plan, form, target)
