"""The words by which errors name an option, and say that it is not taken."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

REFUSALS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "usage": ("stream_options", "include_usage"),
        "parallel": ("parallel_tool_calls", "parallel tool calls", "parallel function calls",
                     "parallel tool calling", "parallel function calling"),
        "final": ("tool_choice", "tool choice", "toolchoice", "forced tool", "forced function"),
        "effort": ("reasoning_effort", "reasoning.effort", "reasoning effort"),
        "most": ("max_tokens", "max_completion_tokens", "max_new_tokens", "in the completion"),
        "shape": ("response_format", "response format", "json_schema", "json_object",
                  "structured output", "structured outputs", "json mode", "guided_json"),
    }
)  # fmt: skip
"""Options in the order in which they are given up, and the words by which an error names them."""
PLAIN_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "effort": ("reasoning", "thinking", "effort"),
        "shape": ("schema", "grammar", "guided"),
        "stream": ("stream", "streaming"),
    }
)
"""Words that may be about anything: they name an option only beside one of
SURELY_NOT_TAKEN."""
SURELY_NOT_TAKEN = (
    "unsupported", "not support", "n't support", "unrecognized", "unrecognised", "not permitted",
    "not allowed", "not implemented", "not available", "not enabled", "disabled", "extra inputs",
    "extra fields",
)  # fmt: skip
NOT_TAKEN = (
    *SURELY_NOT_TAKEN, "unknown", "unexpected", "invalid", "must be", "must not", "cannot be used",
    "can't be used", "no such",
)  # fmt: skip
"""Words by which an error says that an option is not taken."""
NO_TOOLS = (
    "support tool", "support function", "tool use", "tool calling", "function calling", "tools",
    "enable-auto-tool-choice", "--jinja", "'functions'",
)  # fmt: skip
"""Words of an error by which a server says that it, or the model, has no tools."""
