"""Which request something goes back to: a W3C `traceparent`, from the door to the last effect.

With OTEL_EXPORTER_OTLP_ENDPOINT (http://collector:4318) what is done on the way is told to a
collector as well, by the rules of OpenTelemetry's other variables (OTEL_SERVICE_NAME, ...).
"""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

FORM = r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
COLLECTOR = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT")

traceparent: ContextVar[str] = ContextVar("traceparent", default="")
"""Of what is being worked for now; empty when nobody asked."""


def begun() -> str:
    """A new trace; empty when the first span is to begin it."""
    return "" if COLLECTOR else f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-00"


def is_valid(text: str) -> bool:
    """Whether somebody else's traceparent can be taken over. See https://www.w3.org/TR/trace-context."""
    return re.fullmatch(FORM, text) is not None


@contextmanager
def span(name: str, **attributes: str | int) -> Iterator[None]:
    """A part of the work, on behalf of `traceparent`. Nothing personal in its attributes."""
    yield


if COLLECTOR:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.trace import StatusCode, set_span_in_context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    # Whoever leaves does not wait for a collector: what he did last may stay untold.
    header, provider = TraceContextTextMapPropagator(), TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(), schedule_delay_millis=500))
    tracer = provider.get_tracer("essaim")

    @contextmanager
    def span(name: str, **attributes: str | int) -> Iterator[None]:
        carried = {"traceparent": traceparent.get()}
        made = tracer.start_span(name, header.extract(carried), attributes=attributes)
        header.inject(carried, set_span_in_context(made))
        before = traceparent.set(carried["traceparent"])
        try:
            yield
        except BaseException as error:
            made.set_status(StatusCode.ERROR, type(error).__name__)  # its words may be personal
            raise
        finally:
            traceparent.reset(before)
            made.end()
