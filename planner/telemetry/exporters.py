"""Where spans go: what the environment says, and a sender that nobody has to wait for."""

from __future__ import annotations

import atexit
import logging
import sys
from collections.abc import Mapping
from functools import lru_cache
from importlib.util import find_spec
from threading import Event, Thread
from typing import TYPE_CHECKING, TextIO, cast

from agents.errors import NotUsable
from planner.telemetry.spans import Spans

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter

DISABLED, EXPORTERS = "OTEL_SDK_DISABLED", "OTEL_TRACES_EXPORTER"
ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
TIMEOUTS = ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT")
PATIENCE = 2.0
"""Seconds for a collector, where nothing else is said, and for the last spans when we leave."""
INSTALL = "pip install -e '.[telemetry]', or unset the OTEL_… variables"


def exporters(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the exporters that are configured, as "otlp" or "console"; none means off."""
    if environment.get(DISABLED, "").strip().lower() == "true":
        return ()
    said = [name.strip().lower() for name in environment.get(EXPORTERS, "").split(",")]
    named = tuple(dict.fromkeys(filter(None, said)))
    if not named and _first(environment, ENDPOINTS):
        named = ("otlp",)
    return () if "none" in named else named


def spans_of_a_run(environment: Mapping[str, str]) -> Spans:
    """An `emit` that makes spans of one run, for the exporters that are configured.

    Takes some tenths of a second the first time. Raises NotUsable, saying what is missing.
    """
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.sdk") is None:
        raise NotUsable(
            f"an exporter of spans is configured, but its package is missing; {INSTALL}"
        )
    provider = _provider(
        exporters(environment), _first(environment, PROTOCOLS), _first(environment, TIMEOUTS)
    )

    def send() -> None:
        Thread(target=provider.force_flush, daemon=True, name="spans").start()

    return Spans(provider.get_tracer("tripartite"), at_end=send)


def _first(environment: Mapping[str, str], names: tuple[str, ...]) -> str:
    """The value of the first variable that is set."""
    return next(filter(None, (environment.get(name, "").strip() for name in names)), "")


@lru_cache(maxsize=1)
def _provider(names: tuple[str, ...], protocol: str, timeout: str) -> TracerProvider:
    """One for the process; it sends in threads of its own."""
    from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    # What an exporter has to say of its troubles must not be written over a screen.
    logging.getLogger("opentelemetry").addHandler(logging.NullHandler())
    made = [_exporter(name, protocol, timeout) for name in names]
    ours = Resource.create({SERVICE_NAME: "tripartite"}).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=ours, shutdown_on_exit=False)
    for exporter in made:
        provider.add_span_processor(BatchSpanProcessor(exporter))
    _send_the_last(provider)
    return provider


def _send_the_last(provider: TracerProvider) -> None:
    """When the process ends, send what is left; a collector that does not answer ends our patience.

    The thread is there from the beginning: at the very end no new one may be started.
    """
    leaving = Event()

    def wait_and_send() -> None:
        leaving.wait()
        provider.shutdown()

    last = Thread(target=wait_and_send, daemon=True, name="last spans")
    last.start()

    def leave() -> None:
        leaving.set()
        last.join(PATIENCE)

    atexit.register(leave)


def _exporter(name: str, protocol: str, timeout: str) -> SpanExporter:
    if name == "console":
        from opentelemetry.sdk.trace.export import ConsoleSpanExporter

        return ConsoleSpanExporter(out=cast(TextIO, _StandardError()))
    if name != "otlp" or protocol not in ("", "http/protobuf"):
        what = f"the exporter {name!r}" if name != "otlp" else f"the protocol {protocol!r}"
        raise NotUsable(
            f"spans cannot be sent by {what[:80]}; set {EXPORTERS} to otlp or console, and "
            f"{PROTOCOLS[1]} to http/protobuf"
        )
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError as error:
        raise NotUsable(f"the exporter of spans over HTTP is missing; {INSTALL}") from error
    return OTLPSpanExporter(timeout=None if timeout else PATIENCE)


class _StandardError:
    """Whatever standard error is at the time of writing: under the app, no part of the screen."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()
