"""JSON schemas as servers like them: without titles, short, and in a form that grammars accept."""

from __future__ import annotations

from typing import Any

_NOISE = frozenset({"title", "default", "examples", "discriminator", "maxItems", "maxLength"})
"""What a model need not be told: lists and texts that are too long are cut when they are read."""
_LIMITS = {
    "minimum": "at least {}", "maximum": "at most {}",
    "exclusiveMinimum": "more than {}", "exclusiveMaximum": "less than {}",
    "minLength": "{} characters at least", "minItems": "{} at least",
    "pattern": "matches {}", "format": "{}",
    "multipleOf": "a multiple of {}", "uniqueItems": "each once",
    "minProperties": "{} at least", "maxProperties": "{} at most",
}  # fmt: skip
"""Keywords that strict modes refuse, and how a description says them."""
_DECODED = frozenset({"minimum", "maximum", "minItems", "maxItems", "format"})
"""Those that grammars have, and keep to."""
_FORMATS = {"date": "as 2027-05-12", "time": "as 09:30:00", "date-time": "as 2027-05-12T09:30:00"}
"""What a format's name means, for who is told it in words."""
_REFERENCE = "#/$defs/"


def compact_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """The same rules with fewer characters; references are resolved unless a type holds itself."""
    return _Shortening(schema.get("$defs", {}), strict=False).whole(schema)


def strict_schema(schema: dict[str, Any], *, limits: bool = False) -> dict[str, Any]:
    """For constrained decoding: every property required, nothing else allowed, limits in words.

    With `limits` those that a grammar can keep to stay: strict modes of large services refuse them.
    """
    return _Shortening(schema.get("$defs", {}), strict=True, limits=limits).whole(schema)


class _Shortening:
    def __init__(self, definitions: dict[str, Any], *, strict: bool, limits: bool = False) -> None:
        self._definitions = definitions
        self._strict = strict
        self._decoded: frozenset[str] = _DECODED if limits else frozenset()
        self._kept: dict[str, Any] = {}

    def whole(self, schema: dict[str, Any]) -> dict[str, Any]:
        short: dict[str, Any] = self._of(schema, ())
        return short | ({"$defs": self._kept} if self._kept else {})

    def _of(self, node: Any, within: tuple[str, ...]) -> Any:
        if isinstance(node, list):
            return [self._of(item, within) for item in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return self._referred(str(node["$ref"]).removeprefix(_REFERENCE), within)
        if "allOf" in node and len(node["allOf"]) == 1:
            rest = {k: v for k, v in node.items() if k != "allOf"}
            return self._of(rest | node["allOf"][0], within)
        short: dict[str, Any] = {}
        for key, value in node.items():
            if key == "properties":
                short[key] = self._properties(value, set(node.get("required", ())), within)
            elif key in ("enum", "const", "required"):
                short[key] = value
            elif key in self._decoded or (key not in _NOISE and key != "$defs"):
                short[key] = self._of(value, within)
        return self._closed(_without_noise(short)) if self._strict else _open(short)

    def _referred(self, name: str, within: tuple[str, ...]) -> Any:
        definition = self._definitions.get(name, {})
        if name not in within:
            return self._of(definition, (*within, name))
        if name not in self._kept:
            self._kept[name] = {}
            self._kept[name] = self._of(definition, (name,))
        return {"$ref": _REFERENCE + name}

    def _properties(
        self, properties: dict[str, Any], required: set[str], within: tuple[str, ...]
    ) -> dict[str, Any]:
        """What is required comes first: a model writes in this order."""
        names = sorted(properties, key=lambda name: name not in required)
        return {name: self._of(properties[name], within) for name in names}

    def _closed(self, node: dict[str, Any]) -> dict[str, Any]:
        said = [
            words.format(_FORMATS.get(str(value := node.pop(key)), value))
            for key, words in _LIMITS.items()
            if key not in self._decoded and _is_limit(node, key)
        ]
        if said:
            told = node.get("description", "").rstrip(".")
            node["description"] = "; ".join([told, *said] if told else said)
        if "oneOf" in node:
            node["anyOf"] = node.pop("oneOf")
        if "const" in node:
            node["enum"] = [node.pop("const")]
        if "properties" in node:
            node |= {"required": list(node["properties"]), "additionalProperties": False}
        return node


def _is_limit(node: dict[str, Any], key: str) -> bool:
    return key in node and not isinstance(node[key], dict)


def _without_noise(node: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in node.items() if k != "additionalProperties" or isinstance(v, dict)}


def _open(node: dict[str, Any]) -> dict[str, Any]:
    """Without what a server need not know: stray keys are dropped when the answer is read."""
    node = _without_noise(node)
    if "enum" in node:
        node.pop("description", None)
    options = node.get("anyOf")
    if options and {"type": "null"} in options and "properties" not in node:
        real = [o for o in options if o != {"type": "null"}]
        if len(real) == 1:
            rest = {k: v for k, v in node.items() if k != "anyOf"}
            return {**real[0], **rest}
    return node
