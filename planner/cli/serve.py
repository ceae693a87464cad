"""`tripartite serve`: the app in the browser."""

from __future__ import annotations

import secrets
import sys
from importlib.util import find_spec

import click

from planner.cli.ends import FAULTY, end


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="0 takes any free one.",
)
@click.option(
    "--allow-remote", is_flag=True, help="Needed for a --host that other machines can reach."
)
@click.option(
    "--token",
    envvar="TRIPARTITE_TOKEN",
    show_envvar=True,
    help="What a browser must know to come in. Made up and printed when other machines are let in.",
)
@click.option(
    "--sessions",
    type=click.IntRange(1, 100),
    default=8,
    show_default=True,
    help="How many may be open at once; each is a process of its own.",
)
def serve(host: str, port: int, allow_remote: bool, token: str | None, sessions: int) -> None:
    """Open the app in a browser.

    Prints the address of its page on standard output, and serves it until Ctrl-C. Only this
    machine can reach it, unless --host and --allow-remote say otherwise; then it asks for a token.

    Plain http is not encrypted: whoever can listen on the network between sees all that is typed,
    and the token. Over networks that are not yours, keep 127.0.0.1 and use a tunnel:
    `ssh -L 8000:127.0.0.1:8000 HOST`.
    """
    if find_spec("aiohttp") is None or find_spec("textual_serve") is None:
        end("the app in the browser needs two more packages: pip install -e '.[web]'")
    from planner.web.access import SHORTEST_TOKEN, Access, is_loopback

    remote = not is_loopback(host)
    if remote and not allow_remote:
        end(
            f"other machines could reach {host}: add --allow-remote if they should, "
            "or leave --host out"
        )
    if token is not None and len(token) < SHORTEST_TOKEN:
        end(f"--token is too short to be safe; take {SHORTEST_TOKEN} characters or more")
    made_up = secrets.token_urlsafe(24) if remote and token is None else None
    access = Access(host, token or made_up)

    def announce(url: str) -> None:
        click.echo(f"{url}?token={made_up}" if made_up else url)
        sys.stdout.flush()
        if remote:
            click.echo("plain http is not encrypted: only for a network you trust", err=True)
        click.echo("Ctrl-C ends the server and its sessions", err=True)

    import anyio

    from planner.web import server

    place = server.Place([sys.executable, "-m", "planner.tui"], access, port, sessions)
    try:
        anyio.run(server.serve, place, announce, lambda text: click.echo(text, err=True))
    except OSError as error:
        reason = error.strerror or str(error)
        end(
            f"cannot listen at {host}, port {port}: {reason}; "
            "try another --port (0 takes any free one) or --host",
            FAULTY,
        )
