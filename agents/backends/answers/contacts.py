"""Text without links, addresses and telephone numbers: nobody has checked where they lead."""

from __future__ import annotations

import re

_DOT = r"(?:[.\u2024\u3002\uff0e\uff61]|\s?[\[({]\s?(?:\.|dot)\s?[\])}]\s?)"
"""Also as it is written to slip past: "evil[.]com", or with the full stop of another script."""
_COLON = r"(?::|\[:\])"
_LETTERS = r"[^\W\d_]"
_HOST = (
    rf"[\w-]+(?:{_DOT}[\w-]+)*?{_DOT}{_LETTERS}(?:[\w-]*\w)(?:{_DOT}\w[\w-]*)*"
    r"|[\w-]+\sdot\s(?:com|net|org|info|io|me|app|co)\b|(?<!\w)\.(?:com|net|org)\b"
    r"|\d{1,3}(?:\.\d{1,3}){3}"
)
_LINK = re.compile(
    r"(?:[,;(]?\s*\b(?:see|visit|at|via|on|e-?mail|contact|write\sto)\b:?\s+)?"
    rf"(?:\b[a-z][a-z\d+-]*{_COLON}//\S+"
    rf"|\b(?:javascript|vbscript|data|file|blob|tel|sms|mailto|whatsapp|intent){_COLON}\S+"
    rf"|\S+@\S+|(?<!\w)@\w+|(?:{_HOST})(?::\d+)?(?:[/?#]\S*)?)",
    re.IGNORECASE,
)
"""Any two words with a dot and no space between them are taken for the name of a server."""
_TELEPHONE = re.compile(
    r"(?:[,;(]?\s*\b(?:call|tel\.?|phone|whatsapp|signal|telegram|sms|text|dial|ring)\b:?\s+"
    r"(?:us\s|on\s|at\s|\+)*\d(?:[\d\s().-]+\d)+"
    r"|(?:[,;(]?\s*\b(?:call|tel\.?|phone|whatsapp|ring)\b:?\s+)?"
    r"(?:(?:\+|\b00)\d[\d\s().-]{6,}\d|\b\d(?:[ .()-]{0,2}\d){8,14}\b))",
    re.IGNORECASE,
)
_LEFT_OVER = re.compile(r"\(\s*\)|\[\s*\]|\s+(?=[.,;:!?)])")
_SUSPECT = re.compile(
    r"[.@\u2024\u3002\uff0e\uff61]\w|\w[\])]?:\S|[\[({]\s?(?:\.|dot)|\bdot\b|(?:\d\D{0,3}){8}"
    r"|\b(?:call|tel|phone|whatsapp|signal|telegram|sms|text|dial|ring)\b",
    re.IGNORECASE,
)
"""What any of them has in it."""


def without_contacts(text: str) -> str:
    """`text`, or what is left of it, on one line."""
    while _SUSPECT.search(text) is not None:
        bare = _TELEPHONE.sub(" ", _LINK.sub(" ", text))
        if bare == text:
            break
        text = " ".join(_LEFT_OVER.sub("", bare).split())
    return text
