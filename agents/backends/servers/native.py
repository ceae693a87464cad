"""Providers with a dialect of their own, reached through pydantic-ai: what each needs, as data.

Servers that speak chat completions are in `agents.backends.servers.dialects` and need no library.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from types import MappingProxyType

PREFIX = "pydantic-ai"
"""Any other provider the library knows is asked for as `pydantic-ai:PROVIDER:MODEL`."""
INSTALL = 'pip install -e ".[providers]"'


@dataclass(frozen=True)
class Native:
    """One provider, and what there must be before it can be asked."""

    name: str
    about: str
    key_names: tuple[str, ...]
    """Environment variables that hold a key or name credentials; the first that is set wins."""
    needs_key: bool
    """False where credentials can also come from elsewhere: a file, the machine's own role."""
    packages: tuple[str, ...]
    """Import names; the first that is missing is the one to tell of."""
    library_name: str = ""
    """What pydantic-ai calls it, where that is another name."""
    install: str = INSTALL
    elsewhere: tuple[str, ...] = ()
    """Those of `key_names` that only say where the credentials are."""
    tells_the_end: bool = True
    """Whether its answers always say why they end, so that one that does not was cut off."""
    streams: bool = True
    """False where the library cannot stream words beside tools: they come when all is there."""

    @property
    def in_library(self) -> str:
        return self.library_name or self.name

    @property
    def spec(self) -> str:
        """What is written in front of `:MODEL` to ask for this provider."""
        return self.name if self.name in NATIVE else f"{PREFIX}:{self.name}"

    def missing_package(self) -> str | None:
        """The first package that is not installed; nothing is imported to find out."""
        return next((p for p in self.packages if not _installed(p)), None)

    def held_key(self, environment: Mapping[str, str]) -> str | None:
        """The key, unless it is none that is set or one that the provider's client finds itself."""
        name = self.key_name(environment)
        return environment[name].strip() if name and name not in self.elsewhere else None

    def held_keys(self, environment: Mapping[str, str]) -> tuple[str, ...]:
        """Whatever is set that may be a key."""
        names = (name for name in self.key_names if name not in self.elsewhere)
        return tuple(environment[name].strip() for name in names if environment.get(name))

    def key_name(self, environment: Mapping[str, str]) -> str | None:
        """The variable that holds the key, of those that are set."""
        return next((name for name in self.key_names if environment.get(name, "").strip()), None)


def _installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:  # the package around it is missing
        return False


NATIVE: Mapping[str, Native] = MappingProxyType(
    {
        native.name: native
        for native in (
            Native(
                "anthropic",
                "Claude models, over Anthropic's Messages API",
                ("ANTHROPIC_API_KEY",),
                True,
                ("pydantic_ai", "anthropic"),
            ),
            Native(
                "google",
                "Gemini models, over the Gemini API",
                ("GOOGLE_API_KEY", "GEMINI_API_KEY"),
                True,
                ("pydantic_ai", "google.genai"),
            ),
            Native(
                "google-vertex",
                "Gemini models on Google Cloud; GOOGLE_CLOUD_PROJECT and _LOCATION say where",
                ("GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_API_KEY", "GEMINI_API_KEY"),
                False,
                ("pydantic_ai", "google.genai"),
                library_name="google-cloud",
                elsewhere=("GOOGLE_APPLICATION_CREDENTIALS",),
            ),
            Native(
                "bedrock",
                "models on Amazon Bedrock, over its Converse API; AWS_DEFAULT_REGION says where",
                ("AWS_BEARER_TOKEN_BEDROCK", "AWS_ACCESS_KEY_ID", "AWS_PROFILE"),
                False,
                ("pydantic_ai", "boto3"),
                elsewhere=("AWS_ACCESS_KEY_ID", "AWS_PROFILE"),
            ),
        )
    }
)
"""Those that are asked for by their own name, as `anthropic:MODEL`."""

_PACKAGES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("openai", "openai-chat", "openai-responses"), "openai"),
        **{"groq": "groq", "mistral": "mistralai", "cohere": "cohere", "xai": "xai_sdk"},
        "huggingface": "huggingface_hub",
    }
)
_IN_THE_EXTRA = frozenset({"openai", "groq", "mistralai"})
_KEYS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("openai-chat", "openai-responses"), "OPENAI_API_KEY"),
        **{"cohere": "CO_API_KEY", "huggingface": "HF_TOKEN"},
    }
)


def native(provider: str) -> Native:
    """The entry of `provider`; for one that has none, what is known of it without the library."""
    known = NATIVE.get(provider)
    if known is not None:
        return known
    package = _PACKAGES.get(provider)
    ours = package is None or package in _IN_THE_EXTRA
    return Native(
        provider,
        f"{provider}, through pydantic-ai",
        (_KEYS.get(provider, f"{provider.upper().replace('-', '_')}_API_KEY"),),
        False,
        ("pydantic_ai", package) if package else ("pydantic_ai",),
        install=INSTALL if ours else f'pip install "pydantic-ai-slim[{provider}]"',
        tells_the_end=package in _IN_THE_EXTRA,
        streams=provider != "mistral",
    )
