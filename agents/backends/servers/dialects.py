"""Servers that speak chat completions, and what each does differently: data, no branches elsewhere.

An option of a request has forms, the best first. A server that refuses one is asked with the next,
and after the last without the option. What a server is known to refuse is not in its forms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

from agents.cleaning import clean_line

MOST, EFFORT, FINAL, NAME = "$most", "$effort", "$final", "$name"
SCHEMA, LIMITED = "$schema", "$limited"
"""Places in a form: output tokens, effort, the final tool's name, a schema's name, the schema
without limits of numbers and lists, and with them."""
Form = Mapping[str, Any]

STREAM: Form = {"stream": True}
USAGE: Form = {"stream_options": {"include_usage": True}}
PARALLEL: Form = {"parallel_tool_calls": True}
EFFORT_WORD: Form = {"reasoning_effort": EFFORT}
EFFORT_OBJECT: Form = {"reasoning": {"effort": EFFORT}}
MAX_TOKENS: Form = {"max_tokens": MOST}
MAX_COMPLETION_TOKENS: Form = {"max_completion_tokens": MOST}
NAMED: Form = {"tool_choice": {"type": "function", "function": {"name": FINAL}}}
REQUIRED: Form = {"tool_choice": "required"}
JSON_SCHEMA: Form = {
    "response_format": {
        "type": "json_schema",
        "json_schema": {"name": NAME, "strict": True, "schema": SCHEMA},
    }
}
LIMITED_SCHEMA: Form = {
    "response_format": {
        "type": "json_schema",
        "json_schema": {"name": NAME, "strict": True, "schema": LIMITED},
    }
}
JSON_OBJECT: Form = {"response_format": {"type": "json_object"}}


@dataclass(frozen=True)
class Dialect:
    """How one server wants to be asked, and where its answers have what."""

    usage: tuple[Form, ...] = (USAGE,)
    parallel: tuple[Form, ...] = (PARALLEL,)
    effort: tuple[Form, ...] = (EFFORT_WORD, EFFORT_OBJECT)
    most: tuple[Form, ...] = (MAX_TOKENS, MAX_COMPLETION_TOKENS)
    final: tuple[Form, ...] = (NAMED, REQUIRED)
    shape: tuple[Form, ...] = (JSON_SCHEMA, JSON_OBJECT)
    stream: tuple[Form, ...] = (STREAM,)
    tools: bool = True
    reasoning: tuple[str, ...] = ("reasoning_content", "reasoning", "thinking")
    """Fields of an answer with the reasoning in it; the first that is there is read."""
    returned: tuple[str, ...] = ()
    """Fields of an answer that the server wants back with the conversation."""
    bridge: str = ""
    """What the assistant says between a tool's answer and a user's words, where that is required."""
    get_model: str = ""
    """How a missing model is had, with {model} in it."""

    def forms(self, option: str) -> tuple[Form, ...]:
        forms: tuple[Form, ...] = getattr(self, option)
        return forms


@dataclass(frozen=True)
class Server:
    """Where to ask. `url` ends in /v1 or the like and may hold a password: `where` never does."""

    name: str
    url: str = field(repr=False)
    key_names: tuple[str, ...] = ()
    """Environment variables for the key; the first that is set wins."""
    needs_key: bool = True
    dialect: Dialect = Dialect()
    about: str = ""

    @property
    def where(self) -> str:
        """The URL without credentials and query, to be shown."""
        parts = urlsplit(self.url)
        return clean_line(urlunsplit((parts.scheme, host_and_port(parts), parts.path, "", "")), 200)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What stands in the URL and must never be shown."""
        parts = urlsplit(self.url)
        values = [pair.partition("=")[2] for pair in parts.query.split("&")]
        return tuple(s for s in (parts.password or "", *values) if len(s) > 5)


def host_and_port(parts: SplitResult) -> str:
    return parts.netloc.rpartition("@")[2]


LIMITS = (LIMITED_SCHEMA, JSON_SCHEMA, JSON_OBJECT)
"""For those that decode by a grammar."""
NO_SCHEMA = (JSON_OBJECT,)

SERVERS: Mapping[str, Server] = MappingProxyType(
    {
        server.name: server
        for server in (
            Server(
                "openai", "https://api.openai.com/v1", ("OPENAI_API_KEY",),
                dialect=Dialect(most=(MAX_COMPLETION_TOKENS, MAX_TOKENS), effort=(EFFORT_WORD,)),
                about="OpenAI's models",
            ),
            Server(
                "meta", "https://api.meta.ai/v1", ("META_API_KEY", "MODEL_API_KEY"),
                dialect=Dialect(
                    most=(MAX_COMPLETION_TOKENS, MAX_TOKENS), effort=(EFFORT_WORD,), final=()
                ),
                about="Meta's models, at Meta's model API",
            ),
            Server(
                "ollama", "http://localhost:11434/v1", ("OLLAMA_API_KEY",), needs_key=False,
                dialect=Dialect(
                    most=(MAX_TOKENS,), parallel=(), final=(), effort=(EFFORT_WORD,), shape=LIMITS,
                    get_model="ollama pull {model}",
                ),
                about="local models, by Ollama on this computer",
            ),
            Server(
                "vllm", "http://localhost:8000/v1", ("VLLM_API_KEY",), needs_key=False,
                dialect=Dialect(
                    most=(MAX_COMPLETION_TOKENS, MAX_TOKENS), effort=(EFFORT_WORD,), shape=LIMITS
                ),
                about="open models, by a vLLM server",
            ),
            Server(
                "llamacpp", "http://localhost:8080/v1", ("LLAMACPP_API_KEY",), needs_key=False,
                dialect=Dialect(
                    most=(MAX_TOKENS,), final=(REQUIRED,), effort=(EFFORT_WORD,), shape=LIMITS
                ),
                about="local models, by llama.cpp's server",
            ),
            Server(
                "lmstudio", "http://localhost:1234/v1", ("LMSTUDIO_API_KEY",), needs_key=False,
                dialect=Dialect(
                    most=(MAX_TOKENS,), parallel=(), final=(REQUIRED,),
                    shape=(LIMITED_SCHEMA, JSON_SCHEMA), effort=(EFFORT_WORD,), get_model="lms get {model}",
                ),
                about="local models, by LM Studio on this computer",
            ),
            Server(
                "openrouter", "https://openrouter.ai/api/v1", ("OPENROUTER_API_KEY",),
                dialect=Dialect(
                    effort=(EFFORT_OBJECT,), most=(MAX_TOKENS,), returned=("reasoning_details",)
                ),
                about="models of many makers, through OpenRouter",
            ),
            Server(
                "groq", "https://api.groq.com/openai/v1", ("GROQ_API_KEY",),
                dialect=Dialect(most=(MAX_COMPLETION_TOKENS, MAX_TOKENS), effort=(EFFORT_WORD,)),
                about="open models, fast, at Groq",
            ),
            Server(
                "mistral", "https://api.mistral.ai/v1", ("MISTRAL_API_KEY",),
                dialect=Dialect(
                    usage=(), most=(MAX_TOKENS,), effort=(EFFORT_WORD,), bridge="I have that.",
                ),
                about="Mistral's models",
            ),
            Server(
                "deepseek", "https://api.deepseek.com/v1", ("DEEPSEEK_API_KEY",),
                dialect=Dialect(
                    most=(MAX_TOKENS,), parallel=(), shape=NO_SCHEMA, effort=(EFFORT_WORD,),
                    returned=("reasoning_content",),
                ),
                about="DeepSeek's models",
            ),
            Server(
                "together", "https://api.together.xyz/v1", ("TOGETHER_API_KEY",),
                dialect=Dialect(most=(MAX_TOKENS,), parallel=()),
                about="open models, at Together",
            ),
            Server(
                "fireworks", "https://api.fireworks.ai/inference/v1", ("FIREWORKS_API_KEY",),
                dialect=Dialect(most=(MAX_TOKENS,), effort=(EFFORT_WORD,)),
                about="open models, at Fireworks",
            ),
            Server(
                "xai", "https://api.x.ai/v1", ("XAI_API_KEY",),
                dialect=Dialect(most=(MAX_COMPLETION_TOKENS, MAX_TOKENS), effort=(EFFORT_WORD,)),
                about="xAI's models",
            ),
            Server(
                "cerebras", "https://api.cerebras.ai/v1", ("CEREBRAS_API_KEY",),
                dialect=Dialect(most=(MAX_COMPLETION_TOKENS, MAX_TOKENS), effort=(EFFORT_WORD,)),
                about="open models, fast, at Cerebras",
            ),
            Server(
                "moonshot", "https://api.moonshot.ai/v1", ("MOONSHOT_API_KEY", "MOONSHOTAI_API_KEY"),
                dialect=Dialect(
                    most=(MAX_TOKENS,), parallel=(), returned=("reasoning_content",),
                    effort=(EFFORT_WORD,),
                ),
                about="Moonshot's models",
            ),
            Server(
                "nebius", "https://api.studio.nebius.com/v1", ("NEBIUS_API_KEY",),
                dialect=Dialect(most=(MAX_TOKENS,)), about="open models, at Nebius",
            ),
            Server(
                "sambanova", "https://api.sambanova.ai/v1", ("SAMBANOVA_API_KEY",),
                dialect=Dialect(most=(MAX_TOKENS,)), about="open models, at SambaNova",
            ),
            Server(
                "huggingface", "https://router.huggingface.co/v1", ("HF_TOKEN",),
                dialect=Dialect(most=(MAX_TOKENS,)),
                about="open models, through Hugging Face's router",
            ),
            Server(
                "sglang", "http://localhost:30000/v1", ("SGLANG_API_KEY",), needs_key=False,
                dialect=Dialect(most=(MAX_TOKENS,), shape=LIMITS),
                about="open models, by an SGLang server",
            ),
        )
    }
)  # fmt: skip
"""Those with a name; any other is reached by its URL."""


def filled(form: Form, values: Mapping[str, Any]) -> dict[str, Any]:
    """`form` with `values` in the places of MOST, EFFORT and the others."""
    return {key: _put(value, values) for key, value in form.items()}


def _put(item: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(item, str):
        return values.get(item, item)
    return filled(item, values) if isinstance(item, dict) else item
