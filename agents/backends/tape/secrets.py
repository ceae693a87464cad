"""What must never be in a recording, in any of the forms in which it may stand there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, unquote

SECRET_NAMES = ("_KEY", "_TOKEN", "_SECRET", "_PASSWORD")
"""How the names of variables end that are taken for secrets, whoever uses them."""
SHORTEST_FOUND, SHORTEST_KNOWN = 8, 6
"""Shorter ones are none: of such variables, and of what a backend says that it sends."""
REMOVED = "[key removed]"


class Secrets:
    """Those that are known so far; more may be told while a run is written down."""

    def __init__(self) -> None:
        self._forms: tuple[str, ...] = ()

    def add(self, secrets: Iterable[str]) -> None:
        """The longest go first from now on, as one may be a part of another."""
        forms = {form for s in secrets if len(s) >= SHORTEST_KNOWN for form in _forms(s)}
        self._forms = tuple(sorted({*self._forms, *forms}, key=len, reverse=True))

    def removed_from(self, text: str) -> str:
        for form in self._forms:
            if form in text:
                text = text.replace(form, REMOVED)
        return text


def found_in(environment: Mapping[str, str]) -> Iterator[str]:
    """What is a secret by the name of its variable."""
    for name, value in environment.items():
        if name.upper().endswith(SECRET_NAMES) and len(value) >= SHORTEST_FOUND:
            yield value


def _forms(secret: str) -> set[str]:
    """As it is or as in a URL, in JSON, and in JSON that is a text in JSON."""
    plain = {secret, quote(secret, safe=""), unquote(secret)}
    return plain | (once := _in_json(plain)) | _in_json(once)


def _in_json(texts: Iterable[str]) -> set[str]:
    return {json.dumps(t, ensure_ascii=ascii)[1:-1] for t in texts for ascii in (True, False)}
