"""Settings last, survive a broken file, and leave alone what they do not know."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.backends.offline import OfflineBackend
from agents.errors import SettingsError
from agents.request import Effort
from planner.backends import BackendChoice
from planner.session import Session
from planner.settings import EFFORTS, MAX_FILE_BYTES, Settings, load_settings, save_settings

words = st.text(st.characters(categories=("L", "N", "P", "S"), include_characters=" "), max_size=80)
any_settings = st.builds(
    Settings,
    theme=words,
    backend=words.filter(str.strip),
    effort=st.sampled_from(EFFORTS),
    export_folder=words,
)
foreign = st.dictionaries(
    words.filter(lambda key: key not in Settings.__dataclass_fields__),
    st.recursive(
        st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | words,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
        max_leaves=6,
    ),
    max_size=4,
)


def set_aside(folder: Path) -> dict[str, str]:
    return {p.name: p.read_text(errors="replace") for p in folder.iterdir() if ".bad" in p.name}


@given(any_settings, any_settings)
def test_what_is_saved_is_what_is_loaded(first: Settings, second: Settings) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made" / "settings.toml"
        for settings in (first, second):
            save_settings(asdict(settings), path)
            assert load_settings(path) == (settings, "")


@given(foreign, any_settings)
def test_keys_of_another_version_stay(table: dict[str, Any], settings: Settings) -> None:
    import tomlkit

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "settings.toml"
        path.write_bytes(tomlkit.dumps(table).encode())
        save_settings(asdict(settings), path)
        assert load_settings(path) == (settings, "")
        kept = tomllib.loads(path.read_text(encoding="utf-8"))
        assert {k: v for k, v in kept.items() if k in table} == table


def test_comments_and_order_stay_when_something_is_saved(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(
        """# who thinks
backend = "offline"  # costs nothing

# one for activities
[agents]
activities = "openai:m"  # the cheap one

[servers.work]
url = "http://localhost:9/v1" # ours
"""
    )
    save_settings({"backend": "ollama:q", "theme": "nord"}, path)
    assert (
        path.read_text()
        == """theme = "nord"
# who thinks
backend = "ollama:q"  # costs nothing

# one for activities
[agents]
activities = "openai:m"  # the cheap one

[servers.work]
url = "http://localhost:9/v1" # ours
"""
    )


def test_without_a_file_there_are_defaults_and_nothing_is_made(tmp_path: Path) -> None:
    path = tmp_path / "none" / "settings.toml"
    assert load_settings(path) == (Settings(), "")
    assert list(tmp_path.iterdir()) == []


def test_saving_what_the_file_says_already_leaves_its_comments(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('# mine\ntheme = "nord"\n')
    save_settings({"theme": "nord"}, path)
    assert path.read_text() == '# mine\ntheme = "nord"\n'


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("theme = 3", "theme is not a text"),
        ('effort = "endless"', "effort is none of instant, thinking, contemplating"),
        ('backend = " "', "backend is empty"),
        ('theme = "\\u001b[31m"', "theme is too long or has characters that cannot be shown"),
        (f'theme = "{"x" * 400}"', "theme is too long"),
        ("theme = []", "theme is not a text"),
    ],
)
def test_a_wrong_field_falls_back_alone_and_is_mended_by_saving(
    tmp_path: Path, line: str, complaint: str
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(f'export_folder = "trips"\n{line}\n')
    settings, warning = load_settings(path)
    assert settings == Settings(export_folder="trips")
    assert complaint in warning
    assert warning.isprintable()
    save_settings(asdict(settings), path)
    assert load_settings(path) == (settings, "")
    assert set_aside(tmp_path) == {}


@pytest.mark.parametrize(
    "broken",
    [
        b"theme = ",
        b"\xff\xfe",
        b"a = " + b"[" * 5000,
        b"a = " + b"[" * 270 + b"]" * 270,
        b"#" * (MAX_FILE_BYTES + 1),
    ],
    ids=["cut", "not text", "deep", "too deep to write", "large"],
)
def test_a_broken_file_is_set_aside_and_never_lost(tmp_path: Path, broken: bytes) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(broken)
    settings, warning = load_settings(path)
    assert settings == Settings()
    assert (warning == "") == (b"]" in broken)
    assert warning.isprintable()
    assert path.read_bytes() == broken
    for number in range(3):
        path.write_bytes(broken + b"#" * number)
        save_settings({"theme": "nord"}, path)
        assert load_settings(path) == (Settings(theme="nord"), "")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir() if p != path} == {
        "settings.toml.bad": broken,
        "settings.toml.bad2": broken + b"#",
        "settings.toml.bad3": broken + b"##",
    }


def test_a_warning_names_the_file_and_what_happens_to_it(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("theme = ")
    _, warning = load_settings(path)
    assert str(path) in warning
    assert "settings.toml.bad" in warning


def test_a_folder_in_the_files_place_is_told_and_left(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.mkdir()
    settings, warning = load_settings(path)
    assert settings == Settings()
    assert "cannot be read" in warning
    with pytest.raises(SettingsError, match=r"settings\.toml"):
        save_settings({"theme": "nord"}, path)
    assert path.is_dir()


def test_what_was_not_changed_stays_as_it_is_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('effort = "endless"\nbackend = "mine"\n')
    save_settings({"theme": "nord"}, path)
    assert tomllib.loads(path.read_text()) == {
        "effort": "endless",
        "backend": "mine",
        "theme": "nord",
    }


def sitting(path: Path, **more: Any) -> Session:
    return Session(settings=load_settings(path)[0], settings_file=path, **more)


def test_two_sittings_do_not_undo_each_others_changes(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    first, second = sitting(path), sitting(path)
    assert first.change(theme="nord", export_folder="trips") == ""
    assert second.change(effort="instant") == ""
    assert first.change(export_folder="") == ""
    assert load_settings(path) == (Settings(theme="nord", effort="instant"), "")


def test_a_backend_for_one_sitting_is_not_saved_with_something_else(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    choices = {
        name: BackendChoice(name, "for a test", OfflineBackend) for name in ("offline", "a", "b")
    }
    save_settings({"backend": "a"}, path)
    session = sitting(path, backends=choices, asked_backend="b")
    session.change(theme="nord")
    assert session.backend.name == "b"
    assert load_settings(path)[0].backend == "a"
    session.change(backend="offline")
    assert session.backend.name == "offline"
    assert load_settings(path)[0].backend == "offline"


def test_a_place_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "settings.toml"
    assert load_settings(path) == (Settings(), "")
    with pytest.raises(SettingsError, match="check that the folder may be written to"):
        save_settings({"theme": "nord"}, path)


@pytest.mark.parametrize("changes", [{"effort": "endless"}, {"theme": "a\nb"}])
def test_what_could_not_be_loaded_again_is_not_saved(
    tmp_path: Path, changes: dict[str, str]
) -> None:
    with pytest.raises(SettingsError, match="choose another"):
        save_settings(changes, tmp_path / "settings.toml")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_file_kept_elsewhere_by_a_link_stays_there(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.touch()
    path = tmp_path / "settings.toml"
    path.symlink_to(real)
    save_settings({"theme": "nord"}, path)
    assert path.is_symlink()
    assert 'theme = "nord"' in real.read_text()


def test_the_words_for_effort_are_those_of_a_request() -> None:
    assert tuple(e.value for e in Effort) == EFFORTS


@pytest.mark.skipif(sys.platform != "linux", reason="the folder's place is the platform's")
def test_the_usual_place_is_the_platforms_folder(tmp_path: Path) -> None:
    script = "from planner.settings import *; save_settings({'theme': 'nord'})"
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", script], check=True, env=environment, timeout=60)
    assert load_settings(tmp_path / "tripartite" / "settings.toml")[0].theme == "nord"


def test_loading_needs_no_pydantic() -> None:
    script = (
        "import sys; from planner.settings import load_settings; load_settings();"
        "print(sorted({'pydantic', 'anyio', 'babel', 'click'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "[]\n"
