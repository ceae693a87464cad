"""What countries are called in some other languages than English and their own, from CLDR by Babel."""

from __future__ import annotations

from functools import lru_cache

from agents.atlas import loader

LANGUAGES = ("de", "es", "fr", "it", "nl", "pt")


@lru_cache(maxsize=1)
def exonyms() -> dict[str, str]:
    """The codes of the atlas's countries by name: "Alemania", "Deutschland" and "Germania" are DE."""
    from babel import Locale

    return {
        name: code
        for language in LANGUAGES
        for code, name in Locale(language).territories.items()
        if loader.find_country(code)
    }
