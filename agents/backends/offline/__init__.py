"""The embedded default backend."""

from agents.backends.offline.backend import OfflineBackend, Policy

__all__ = ["OfflineBackend", "Policy"]
