"""What must not be shown, taken out of what a server says: of words, and of any JSON value.

What a server says is decoded later where it is JSON, perhaps more than once, and cleaned before it
is shown. So a secret is looked for in all that a text may come to say by that, and cut out where it
stands in the text itself: nothing that happens later can bring it back.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import quote, unquote

from agents.cleaning import ESCAPES, clean

REMOVED = "…"
DEEPEST = 8
"""Nobody who means well writes escapes of escapes of escapes for longer: such a text is not shown
at all. Nor is one with anything hidden in it and of more characters than these."""
MOST_SEARCHED = 8_000_000

_LOOKS_LIKE_ONE = re.compile(
    r"(?i)\bbearer\s+[^\s\"',}]+|\b(?:sk|gsk|xai|hf|csk|pk)[-_][\w*.-]{8,}"
)
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.?))", re.DOTALL)
_CONTROLS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_MAYBE_REMOVED = re.compile(rf"{ESCAPES.pattern}|[^\n\t -~]")
_UNFINISHED = re.compile(r"(?:\\(?:u[0-9a-fA-F]{0,3})?|(?:\x1b\[?|\x9b)[0-?]*[ -/]*)\Z")


def spellings(secrets: Iterable[str]) -> tuple[str, ...]:
    """Secrets as they are and as they stand in an address; short ones are none. The longest go
    first, as one may be a part of another."""
    forms = {form for s in secrets for form in (s, quote(s, safe=""), unquote(s))}
    return tuple(sorted((form for form in forms if len(form) > 3), key=len, reverse=True))


def without(text: str, secrets: Collection[str]) -> str:
    """`text` without our secrets, in the spellings given, however they are written."""
    for secret in secrets:
        if secret in text:
            text = text.replace(secret, REMOVED)
    return text if not secrets or _is_plain(text) else _without_hidden(text, secrets)


def without_secrets(text: str, secrets: Iterable[str]) -> str:
    """Words of a server about a fault: also without what looks like a part of a key."""
    return _LOOKS_LIKE_ONE.sub(REMOVED, without(text, tuple(secrets)))


def address_without(address: str, secrets: Collection[str]) -> str:
    """An address, which may be read without its blanks and in lower case."""
    return without("".join(address.lower().split()), [secret.lower() for secret in secrets])


def without_in(value: Any, secrets: Collection[str]) -> Any:
    """A JSON value without our secrets, in the spellings given."""
    if isinstance(value, str):
        return without(value, secrets)
    if isinstance(value, dict):
        return {without_in(k, secrets): without_in(v, secrets) for k, v in value.items()}
    return [without_in(v, secrets) for v in value] if isinstance(value, list) else value


def settled(text: str, secrets: Collection[str]) -> int:
    """How much of `text`, which goes on, is no beginning of a secret whatever follows."""
    if not secrets:
        return len(text)
    return min(
        reading.begins[len(reading.text) - _begun(reading.text, secrets)]
        for reading in _readings(text, ends=False)
    )


def _begun(text: str, secrets: Collection[str]) -> int:
    """How many characters at the end of `text` are the beginning of a secret."""
    lengths = (
        length
        for secret in secrets
        for length in range(min(len(secret) - 1, len(text)), 0, -1)
        if text.endswith(secret[:length])
    )
    return max(lengths, default=0)


def _is_plain(text: str) -> bool:
    """Whether `text` says what stands there, and only that: nearly always."""
    return "\\" not in text and _is_clean(text)


def _is_clean(text: str) -> bool:
    return text.isprintable() or text.replace("\n", "").replace("\t", "").isprintable()


def _without_hidden(text: str, secrets: Collection[str]) -> str:
    if len(text) > MOST_SEARCHED:
        return REMOVED
    try:
        while places := sorted(_places(text, secrets)):
            kept, end = list[str](), 0
            for begin, after in places:
                if begin >= end:
                    kept += text[end:begin], REMOVED
                end = max(end, after)
            text = "".join((*kept, text[end:]))
    except _TooDeep:
        return REMOVED
    return text


def _places(text: str, secrets: Collection[str]) -> Iterator[tuple[int, int]]:
    """From where to where in `text` secrets are written."""
    for reading in _readings(text):
        for secret in secrets:
            start = reading.text.find(secret)
            while start >= 0:
                after = start + len(secret)
                yield reading.begins[start], reading.begins[after]
                start = reading.text.find(secret, after)


class _TooDeep(Exception):
    """Escapes of escapes, too often."""


class _Reading:
    """What a text may come to say."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def begins(self) -> Sequence[int]:
        """Where in the text as it is written each character begins, and where the last one ends."""
        return range(len(self.text) + 1)

    def decoded(self) -> _Reading:
        """As what stands between quotes in JSON."""
        return _Changed(self, _ESCAPED, _unescaped)

    def cleaned(self) -> _Reading:
        return self if _is_clean(self.text) else _Changed(self, _MAYBE_REMOVED, _left)

    def finished(self) -> _Reading:
        """Without half of an escape at its end."""
        unfinished = _UNFINISHED.search(self.text)
        return _Changed(self, _UNFINISHED, lambda half: "") if unfinished else self


class _Changed(_Reading):
    """Another reading, with what is `found` in it as what it `becomes`: one character, or none."""

    def __init__(
        self, source: _Reading, found: re.Pattern[str], becomes: Callable[[re.Match[str]], str]
    ) -> None:
        super().__init__(found.sub(becomes, source.text))
        self._source, self._found, self._becomes = source, found, becomes

    @cached_property
    def begins(self) -> Sequence[int]:
        source, begins = self._source.begins, array("I")
        end, last = 0, len(source) - 1
        for match in self._found.finditer(self._source.text):
            new = len(self._becomes(match))
            begins.extend(source[end : match.start() + new])
            end = match.end()
            if end == last and not new:
                last = match.start()
        begins.extend(source[end:-1])
        begins.append(source[last])
        return begins


def _left(found: re.Match[str]) -> str:
    """What is left of a character that may be removed, or of a sequence, which is."""
    return "" if len(found[0]) > 1 else _cleaned(found[0])


@lru_cache(maxsize=256)
def _cleaned(character: str) -> str:
    return clean(character)


def _unescaped(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16)) if escape[1] else _CONTROLS.get(escape[2], escape[2])


def _readings(text: str, *, ends: bool = True) -> Iterator[_Reading]:
    """All that `text` may come to say: decoded so often, and cleaned after that or each time.
    Unless it `ends`, half an escape at its end is none yet. Raises _TooDeep."""
    whole = _Reading(text)
    for cleaned_each_time in (False, True):
        reading, any_removed = whole, False
        for _ in range(DEEPEST):
            reading = reading if ends else reading.finished()
            cleaned = reading.cleaned() if ends else reading.cleaned().finished()
            yield reading
            if cleaned is not reading:
                any_removed = True
                yield cleaned
            reading = cleaned if cleaned_each_time else reading
            if "\\" not in reading.text:
                break
            reading = reading.decoded()
        else:
            raise _TooDeep
        if not any_removed:  # then it is all the same
            return
