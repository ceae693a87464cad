"""`tripartite`: the app without arguments, and the commands with their exit codes.

0  a plan that passes every hard check, with no part missing; the app was left
1  a plan with a failed hard check or a missing part; faults found by `atlas check`; a backend that
   `doctor` finds unusable
2  a request that cannot be read or planned
130  cancelled; what was found is printed
"""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module

import click

from planner.cli.ends import CANCELLED, end

COMMANDS = {
    "plan": "planner.cli.plan:plan",
    "doctor": "planner.cli.doctor:doctor",
    "compare": "planner.cli.compare:compare",
    "serve": "planner.cli.serve:serve",
    "destinations": "planner.cli.atlas:destinations",
    "agents": "planner.cli.team:agents",
    "atlas": "planner.cli.atlas:atlas",
    "schema": "planner.cli.plan:schema",
}
"""Where each command is; it is imported when it is used, so that the app paints sooner."""


class Commands(click.Group):
    """Finds a command by its name, without importing the others."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:  # where no run listens to it, and nothing is there to be printed
            end("cancelled", CANCELLED)


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--plain", is_flag=True, help="Ask and answer line by line, for a screen reader.")
@click.option(
    "--backend", multiple=True, metavar="SPEC", help="Who does the agents' thinking in the app."
)
@click.option("--fallback", multiple=True, metavar="SPEC", help="Who takes over; repeatable.")
@click.version_option(package_name="tripartite")
@click.pass_context
def main(
    context: click.Context, plain: bool, backend: tuple[str, ...], fallback: tuple[str, ...]
) -> None:
    """Three agents, one trip: plans that are checked by code, with no key and no network.

    Without a command the app opens.

    Exit codes: 0 a plan that passes, 1 a plan with failed checks or a part missing, 2 a request
    that cannot be planned, 130 cancelled.
    """
    if context.invoked_subcommand is not None:
        if plain or backend or fallback:
            raise click.UsageError(
                "--plain, --backend and --fallback before a command are for the app; "
                "put them after `plan`"
            )
        return
    drawn = all(s.isatty() for s in (sys.stdin, sys.stdout, sys.stderr))
    if plain or not drawn or os.environ.get("TERM") == "dumb":
        from planner.cli.plain import converse

        sys.exit(converse(backend, fallback))
    gc.disable()  # until the first paint, which is a tenth sooner for it
    from planner.tui.app import launch

    sys.exit(launch(backend, fallback))
