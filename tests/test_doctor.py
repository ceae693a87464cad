"""`tripartite doctor`: which backends can be used, why not, and what to do; keys are never shown."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from anyio.abc import SocketStream
from click.testing import CliRunner, Result
from model_server import ModelServer
from travellers import nobody

from planner.checkup import Checkup, check
from planner.cli.doctor import doctor
from planner.team_settings import ServerSettings, TeamSettings

KEY = "sk-test-1234567890-secret"
NOBODY = TeamSettings()


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with ModelServer("--key", KEY) as running:
        yield running


@pytest.fixture
def closed() -> str:
    """The address of a port at which nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}/v1"


@pytest.fixture
def traveller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nobody's environment, and where the settings file would be."""
    return nobody(tmp_path, monkeypatch)


async def checked(
    spec: str, environment: Mapping[str, str], settings: TeamSettings = NOBODY, seconds: float = 5
) -> Checkup:
    with anyio.fail_after(10):
        (found,) = await check([spec], settings, environment, seconds=seconds)
    assert KEY not in repr(found)
    return found


def told(*arguments: str) -> Result:
    return CliRunner().invoke(doctor, arguments, env={"COLUMNS": "80"})


def report(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(told("--json", *arguments).stdout)
    return found


async def test_a_server_with_the_model_can_be_used(server: ModelServer) -> None:
    found = await checked(f"{server.url}#good", {"TRIPARTITE_API_KEY": KEY})
    assert found.usable
    assert found.key == "TRIPARTITE_API_KEY"
    assert "good" in (found.models or ())
    assert found.why == "TRIPARTITE_API_KEY is set, has good"


async def test_a_server_without_a_model_named_tells_those_it_has(server: ModelServer) -> None:
    found = await checked(server.url, {"TRIPARTITE_API_KEY": KEY})
    assert found.usable
    assert " more" in found.why


async def test_the_nearest_models_are_named(server: ModelServer) -> None:
    found = await checked(f"{server.url}#gud", {"TRIPARTITE_API_KEY": KEY})
    assert not found.usable
    assert "has no model 'gud'" in found.why
    assert "did you mean" in found.do
    assert "good" in found.do


async def test_a_refused_key_is_told_by_its_variable(server: ModelServer) -> None:
    wrong = "sk-wrong-0987654321"
    found = await checked(f"{server.url}#good", {"TRIPARTITE_API_KEY": wrong})
    assert not found.usable
    assert "refused the key (401)" in found.why
    assert found.do == "check TRIPARTITE_API_KEY"
    assert wrong not in repr(found)


async def test_a_server_that_is_not_there_says_so(closed: str) -> None:
    found = await checked(f"{closed}#m", {})
    assert not found.usable
    assert "nothing listens there" in found.why
    assert "start the server" in found.do


async def test_a_server_that_says_nothing_is_not_waited_for() -> None:
    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener:

        async def hold(client: SocketStream) -> None:
            async with client:
                await anyio.sleep_forever()

        port = listener.extra(anyio.abc.SocketAttribute.local_port)
        async with anyio.create_task_group() as group:
            group.start_soon(listener.serve, hold)
            found = await checked(f"http://127.0.0.1:{port}/v1#m", {}, seconds=0.1)
            group.cancel_scope.cancel()
    assert not found.usable
    assert "said nothing within 0.1 s" in found.why


LISTED = b'{"data": [{"id": "m"}]}'


@asynccontextmanager
async def listing(body: bytes, status: str = "200 OK", more: str = "") -> AsyncIterator[str]:
    """The address of a server that answers all requests with `body`."""

    async def answer(client: SocketStream) -> None:
        async with client:
            await client.receive()
            head = f"HTTP/1.1 {status}\r\n{more}Content-Length: {len(body)}\r\n\r\n"
            await client.send(head.encode() + body)

    async with (
        await anyio.create_tcp_listener(local_host="127.0.0.1") as listener,
        anyio.create_task_group() as group,
    ):
        group.start_soon(listener.serve, answer)
        yield f"http://127.0.0.1:{listener.extra(anyio.abc.SocketAttribute.local_port)}/v1"
        group.cancel_scope.cancel()


@pytest.mark.parametrize(
    "body",
    [
        LISTED,
        b"\xef\xbb\xbf" + LISTED,
        b'{"data": [{"id": "half \\ud83d"}, {"id": "m"}]}',
        b'[{"id": "m"}]',
        b'{"models": [{"name": "m"}]}',
    ],
)
async def test_a_list_of_models_is_read_as_an_answer_is(body: bytes) -> None:
    async with listing(body) as url:
        found = await checked(f"{url}#m", {"TRIPARTITE_API_KEY": KEY})
    assert found.usable
    assert found.why == "TRIPARTITE_API_KEY is set, has m"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"error": {"message": "not for you"}}', "refused the request: “not for you”"),
        (b'{"error": "Invalid API key"}', "refused the key"),
        (b'{"object": "error", "message": "not for you"}', "“not for you”"),
        (b'{"data": null}', "there is no list of models in it"),
        (b'{"data": "m"}', "there is no list of models in it"),
        (b"hello", "there is no list of models in it"),
        (b"", "there is no list of models in it"),
        (b'{"data": [', "it is no JSON, or breaks off"),
        (b"<html>Sign in</html>", "answered with a web page"),
        (b'{"object": "list", "data": null}', "it has no models"),  # as by Ollama
        (b'{"data": []}', "it has no models"),
    ],
)
async def test_what_is_no_list_of_models_is_told_as_what_it_is(body: bytes, told: str) -> None:
    async with listing(body) as url:
        found = await checked(f"{url}#m", {"TRIPARTITE_API_KEY": KEY})
    assert not found.usable
    assert told in found.why
    assert found.do


async def test_a_list_that_cannot_be_unpacked_has_not_broken_off() -> None:
    async with listing(LISTED, more="Content-Encoding: gzip\r\n") as url:
        found = await checked(f"{url}#m", {})
    assert "it is compressed, and cannot be unpacked" in found.why


async def test_a_key_that_may_not_list_models_is_told_without_a_model() -> None:
    async with listing(b"", "403 Forbidden") as url:
        found = await checked(f"{url}#m", {"TRIPARTITE_API_KEY": KEY})
    assert found.why == f"{url} does not let this key in (403)"
    assert found.do == "check what the key may do"


async def test_a_key_among_the_names_of_models_is_not_shown() -> None:
    hidden = "\u200b".join(KEY)
    listed = json.dumps({"data": [{"id": f"a-{KEY}"}, {"id": f"b-{hidden}"}]})
    async with listing(listed.encode()) as url:
        found = await checked(url, {"TRIPARTITE_API_KEY": KEY})
    assert found.models == ("a-…", "b-…")


async def test_a_key_that_is_a_common_word_hides_no_model() -> None:
    async with listing(b'{"data": [{"id": "llama3:8b"}]}') as url:
        found = await checked(f"{url}#llama3:8b", {"TRIPARTITE_API_KEY": "llama"})
    assert found.usable


async def test_a_remote_server_is_not_asked_without_its_key() -> None:
    settings = TeamSettings(
        servers={"far": ServerSettings(url="http://127.0.0.1:9/v1", key_env="FAR_KEY")}
    )
    found = await checked("far:m", {}, settings)
    assert (found.asked, found.usable) == (False, False)
    assert (found.why, found.do) == ("there is no key", "set FAR_KEY")


async def test_where_a_server_is_may_stand_in_the_environment(server: ModelServer) -> None:
    environment = {"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": KEY}
    assert (await checked("openai:good", environment)).url == server.url
    wrong = await checked("openai:good", {**environment, "OPENAI_BASE_URL": "nowhere"})
    assert not wrong.usable
    assert "OPENAI_BASE_URL" in wrong.why


async def test_a_provider_needs_its_packages_and_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await checked("anthropic:m", {})).do == "set ANTHROPIC_API_KEY"
    ready = await checked("anthropic:m", {"ANTHROPIC_API_KEY": KEY})
    assert (ready.usable, ready.sure, ready.asked) == (True, False, False)
    monkeypatch.setattr("agents.backends.servers.native._installed", lambda package: False)
    missing = await checked("anthropic:m", {"ANTHROPIC_API_KEY": KEY})
    assert not missing.usable
    assert "the package pydantic_ai is missing" in missing.why
    assert ".[providers]" in missing.do


@pytest.mark.usefixtures("traveller")
def test_offline_is_always_usable() -> None:
    found = report("offline")
    assert found["usable"]
    assert [c["spec"] for c in found["checks"]] == ["offline"]
    assert told("offline").exit_code == 0


@pytest.mark.usefixtures("traveller")
def test_each_backend_that_is_asked_for_must_be_usable(closed: str, server: ModelServer) -> None:
    os.environ["TRIPARTITE_API_KEY"] = KEY
    try:
        good, bad = f"{server.url}#good", f"{closed}#m"
        assert told(good).exit_code == 0
        done = told(good, bad, "oracle:m", "replay:none")
    finally:
        del os.environ["TRIPARTITE_API_KEY"]
    assert done.exit_code == 1
    assert KEY not in done.output
    for words in ("no backend 'oracle:m'", "there is no file 'none'", "cannot be used as it is"):
        assert words in done.output


def test_what_the_settings_say_would_be_used_is_looked_at(
    traveller: Path, closed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("planner.checkup.all_specs", lambda settings: ("offline",))
    written = f'backend = "mine"\n[servers.mine]\nurl = "{closed}"\nmodel = "m"\n'
    traveller.write_text(f'{written}api_key = "{KEY}"\n[limits.run]\ntokens = "many"\n')
    found = report()
    assert [(c["spec"], c["used"], c["usable"]) for c in found["checks"]] == [
        ("mine", True, False),
        ("offline", False, True),
    ]
    assert not found["usable"]
    assert told().exit_code == 1
    assert [f for f in found["faults"] if "[servers.mine] api_key is a secret" in f]
    assert [f for f in found["faults"] if "[limits.run] tokens" in f]
    assert KEY not in told().output
    traveller.write_text(f'fallback = ["offline"]\n{written}')
    assert report()["usable"]
    monkeypatch.setenv("TRIPARTITE_BACKEND", "pilot=offline")
    assert not report()["usable"]
    assert "is for no agent 'pilot'" in told().output.replace("\n", " ")


def test_the_table_is_read_at_80_columns(traveller: Path, closed: str) -> None:
    traveller.write_text(f'backend = "mine"\n[servers.mine]\nurl = "{closed}"\nmodel = "m"\n')
    done = told("mine", "openai:m", "anthropic:m", "offline")
    assert done.exit_code == 1
    assert max(map(len, done.output.splitlines())) <= 80
    assert "no  openai:m     there is no key; set OPENAI_API_KEY" in done.output


@pytest.mark.usefixtures("traveller")
def test_without_a_price_list_it_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agents.backends.servers.prices.price_list", lambda: "")
    assert ".[prices]" in told("offline").output


def test_a_key_in_an_address_is_never_shown(traveller: Path) -> None:
    for address in (f"http://host/v1?api_key={KEY}#m", f"http://me:{KEY}@host/v1#m"):
        for done in (told(address), told("--json", address)):
            assert done.exit_code == 1
            assert KEY not in done.output
            assert "http://host/v1" in done.output


async def test_an_address_that_was_given_is_asked_whatever_the_environment_says(
    server: ModelServer, closed: str
) -> None:
    own = TeamSettings(servers={"ollama": ServerSettings(url=server.url, key_env="MINE")})
    found = await checked("ollama:good", {"OLLAMA_HOST": closed, "MINE": KEY}, own)
    assert found.usable
    assert found.url == server.url


@pytest.mark.parametrize("name", ["replay:~nobody-of-that-name/x", f"replay:{__file__}"])
async def test_a_file_that_is_no_recording_cannot_be_used(name: str) -> None:
    found = await checked(name, {})
    assert not found.usable
    assert "--record" in found.do


async def test_a_recording_that_is_broken_further_down_cannot_be_used(tmp_path: Path) -> None:
    file = tmp_path / "run.ndjson"
    file.write_text('{"type": "recording", "format": "tripartite", "version": 1}\n')
    found = await checked(f"replay:{file}", {})
    assert not found.usable
    assert "is broken in line 1" in found.why
    assert "record the run anew" in found.do


@pytest.mark.parametrize(
    ("spec", "sure", "told"),
    [
        ("llamacpp:m", True, "answers with loaded, whatever is asked for"),
        ("http://localhost:8080/v1#m", False, "has no model 'm'; if it is llama.cpp's server"),
    ],
)
async def test_what_server_it_is_at_a_port_is_no_more_than_likely(
    spec: str, sure: bool, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def models(*_: object) -> tuple[str, ...]:
        return ("loaded",)

    monkeypatch.setattr("planner.checkup.models", models)
    found = await checked(spec, {})
    assert (found.usable, found.sure) == (True, sure)
    assert told in found.why


@pytest.mark.parametrize("port", [8000, 8080, 1234, 11434, 30000, 9999])
async def test_the_key_for_any_server_is_found_at_every_port(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[str | None] = []

    async def models(server: object, key: str | None, patience: object) -> tuple[str, ...]:
        given.append(key)
        return ("m",)

    monkeypatch.setattr("planner.checkup.models", models)
    found = await checked(f"http://localhost:{port}/v1#m", {"TRIPARTITE_API_KEY": KEY})
    assert found.why == "TRIPARTITE_API_KEY is set, has m"
    assert given == [KEY]


def test_what_was_asked_for_is_not_called_what_would_be_used(traveller: Path) -> None:
    traveller.write_text("bakend = 'x'\n")
    output = told("offline").output
    assert "What was asked for" in output
    assert "What would be used" not in output
    assert "bakend is not known" in " ".join(output.split())
    assert traveller.name in "".join(output.split())
