"""Models of providers with a dialect of their own, through pydantic-ai; it is imported in `run`."""

from agents.backends.providers.backend import ProviderBackend

__all__ = ["ProviderBackend"]
