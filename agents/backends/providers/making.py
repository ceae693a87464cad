"""The library's model of a provider, with the traveller's own key and address."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import Any

from pydantic_ai.models import Model, infer_model
from pydantic_ai.providers import Provider, infer_provider_class

from agents.backends.servers.native import Native
from agents.backends.servers.patience import Patience
from agents.errors import NotUsable
from agents.text import clean_line

_VARIABLE = re.compile(r"`([A-Z][A-Z0-9_]+)` environment variable")
PROXY_REGION = "us-east-1"
"""Amazon's client wants a region even where the address says it all."""


def model_for(
    native: Native,
    model: str,
    *,
    url: str | None = None,
    key: str | None = None,
    environment: Mapping[str, str],
    patience: Patience,
) -> Model:
    """The library's model, not yet connected; raises NotUsable for what is missing or unknown.

    It reads the files of a provider's SDK, so call it in a thread.
    """

    def provider(name: str) -> Provider[Any]:
        made = infer_provider_class(name)
        given = {
            **{"base_url": url, "api_key": key},
            **{"aws_connect_timeout": patience.connect, "aws_read_timeout": patience.first},
            **_more(native, key, url, environment),
        }
        takes = inspect.signature(made).parameters
        return made(**{k: v for k, v in given.items() if k in takes and v is not None})

    try:
        made = infer_model(f"{native.in_library}:{model}", provider_factory=provider)
    except ImportError as error:
        raise NotUsable(
            f"{native.spec}: {clean_line(error)}; install it with: {native.install}"
        ) from error
    except Exception as error:  # whatever a provider's SDK raises when it looks for credentials
        raise NotUsable(f"{native.spec}:{model}: {_what_to_do(native, error)}") from error
    _without_own_retries(made)
    return made


def _what_to_do(native: Native, error: Exception) -> str:
    if native.name == "bedrock" and "region" in str(error):
        return "it is not said in which region; set AWS_REGION"
    if missing := _VARIABLE.search(str(error)):
        return f"there is no key; set {missing[1]}"
    if "Credentials" in type(error).__name__ or "Profile" in type(error).__name__:
        names = " or ".join(native.key_names)
        return f"{clean_line(error, 160)}; set {names}, or log in with the provider's own tool"
    return clean_line(error)


def _more(
    native: Native, key: str | None, url: str | None, environment: Mapping[str, str]
) -> dict[str, str | None]:
    """What else a provider on a cloud has to be told."""
    if native.name == "google-vertex" and key is None:
        return {
            "project": environment.get("GOOGLE_CLOUD_PROJECT"),
            "location": environment.get("GOOGLE_CLOUD_LOCATION"),
        }
    if native.name != "bedrock":
        return {}
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    told = {"region_name": region or (PROXY_REGION if url else None)}
    if key is not None:
        return told
    names = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
    profile = {"profile_name": environment.get("AWS_PROFILE")}
    return told | profile | {name: environment.get(name.upper()) for name in names}


def _without_own_retries(model: Model) -> None:
    """Take Amazon's retries off its client; all others take `max_retries` with each request."""
    meta = getattr(getattr(model, "client", None), "meta", None)
    if meta is not None and hasattr(meta, "events"):
        service = meta.service_model.service_id.hyphenize()
        meta.events.unregister(f"needs-retry.{service}", unique_id=f"retry-config-{service}")
