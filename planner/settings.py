"""What the traveller has set once and for all, in a small TOML file.

Loaded before the first screen is drawn, so only the standard library is imported, and what is
wrong in the file becomes a warning instead of an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from agents.cleaning import clean_line
from agents.errors import SettingsError

MAX_FILE_BYTES = 64_000
MAX_VALUE_CHARACTERS = 300
EFFORTS = ("instant", "thinking", "contemplating")
"""As in `agents.request.Effort`, which would load pydantic."""


@dataclass(frozen=True)
class Settings:
    """Empty means that the application chooses. `export_folder` is a folder's path.

    `lately` are backends that were chosen, with commas between, the last one first.
    """

    theme: str = ""
    backend: str = "offline"
    effort: str = "thinking"
    export_folder: str = ""
    lately: str = ""


class _Broken(Exception):
    """The file is there but holds no settings; the text says why."""


def load_settings(path: Path | None = None) -> tuple[Settings, str]:
    """The settings, and a line of warning, or "" when there is nothing to say.

    Without a file everything has its default; so has each field that is wrong in the file.
    """
    path = path or _usual_path()
    try:
        table = _table(path)
    except _Broken as broken:
        return Settings(), (
            f"the settings in {clean_line(path)} {broken}; the defaults are used, and the file "
            f"is set aside as {path.name}.bad when settings are next saved"
        )
    except OSError as error:
        return Settings(), (
            f"the settings in {clean_line(path)} cannot be read ({error.strerror}); "
            "the defaults are used"
        )
    settings, faults = _understood(table)
    told = f"in {clean_line(path)}, {'; '.join(faults)}; the default is used" if faults else ""
    return settings, told


def settings_place(path: Path | None = None) -> str:
    """Where the file is, to be told."""
    return clean_line(path or _usual_path())


def settings_table(path: Path | None = None) -> dict[str, Any]:
    """The whole file, for what is not in `Settings`; empty when it cannot be read."""
    try:
        return _table(path or _usual_path())
    except (_Broken, OSError):
        return {}


def save_settings(changes: Mapping[str, str], path: Path | None = None) -> None:
    """Write the fields in `changes`. All else in the file stays: other sittings may save theirs.

    A file that is broken is kept beside the new one as settings.toml.bad. Raises SettingsError.
    """
    from planner.whole import write_whole

    path = path or _usual_path()
    for name, value in changes.items():
        if fault := _fault(name, value):
            raise SettingsError(f"the setting {name} cannot be saved: it {fault}; choose another")
    try:
        try:
            text, broken = _changed(_text(path), changes), False
        except _Broken:
            text, broken = _changed("", changes) or "", True
        if text is None:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        if broken:
            _set_aside(path)
        write_whole(path, text)
    except OSError as error:
        raise SettingsError(
            f"the settings cannot be saved in {clean_line(path)} ({error.strerror}); "
            "check that the folder may be written to"
        ) from error


def _changed(text: str, changes: Mapping[str, str]) -> str | None:
    """The file's next text, comments and all, or None when it says all this already.

    Raises _Broken.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    table, usual = _read(text), asdict(Settings())
    new = {k: v for k, v in changes.items() if v != table.get(k, usual[k])}
    if not new:
        return None
    try:
        document = tomlkit.parse(text)
        document.update({k: v for k, v in new.items() if k in table})
        added = {k: v for k, v in new.items() if k not in table}
        return tomlkit.dumps(added) + tomlkit.dumps(
            document
        )  # below, a table's comment comes first
    except TOMLKitError as error:  # so deep that it can be read but not written
        raise _not_toml(error) from error


def _usual_path() -> Path:
    from platformdirs import user_config_path

    return user_config_path("tripartite", appauthor=False) / "settings.toml"


def _table(path: Path) -> dict[str, Any]:
    """The whole file, empty when there is none. Raises _Broken and OSError."""
    return _read(_text(path))


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_FILE_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return ""
    if len(raw) > MAX_FILE_BYTES:
        raise _Broken(f"are larger than {MAX_FILE_BYTES // 1000} kB")
    try:
        return raw.decode()
    except ValueError as error:
        raise _not_toml(error) from error


def _read(text: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise _not_toml(error) from error


def _not_toml(error: Exception) -> _Broken:
    return _Broken(f"are not valid TOML ({clean_line(error, 120)})")


def _understood(table: dict[str, Any]) -> tuple[Settings, list[str]]:
    """The fields that are right, defaults for the others, and what is wrong with those."""
    right: dict[str, str] = {}
    faults = []
    for name in (f.name for f in fields(Settings)):
        value = table.get(name)
        fault = _fault(name, value) if name in table else ""
        if fault:
            faults.append(f"{name} {fault}")
        elif value is not None:
            right[name] = value
    return Settings(**right), faults


def _fault(name: str, value: object) -> str:
    """What is wrong with the value of a field, or ""."""
    if not isinstance(value, str):
        return "is not a text in quotes"
    if len(value) > MAX_VALUE_CHARACTERS or not value.isprintable():
        return "is too long or has characters that cannot be shown"
    if name == "effort" and value not in EFFORTS:
        return f"is none of {', '.join(EFFORTS)}"
    if name == "backend" and not value.strip():
        return "is empty"
    return ""


def _set_aside(path: Path) -> None:
    """Rename to the first of settings.toml.bad, settings.toml.bad2, … that is free."""
    number = 1
    while (free := path.with_name(f"{path.name}.bad{'' if number == 1 else number}")).exists():
        number += 1
    path.rename(free)
