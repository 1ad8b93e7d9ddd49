"""What a process says: a line of JSON each, on stderr; plain text for whoever sits at a terminal.

LOG_FORMAT=text or LOG_FORMAT=json decides otherwise.
"""

import json
import logging
import os
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

from kernel.ops.trace import traceparent

# What PostgreSQL adds to an error quotes what people have entered.
DETAILS = re.compile(r"\n(DETAIL|CONTEXT|HINT|QUERY|LINE \d+):.*", re.DOTALL)
FORM = os.environ.get("LOG_FORMAT") or ("text" if sys.stderr.isatty() else "json")
PROCESS = os.environ.get("OTEL_SERVICE_NAME") or " ".join(sys.orig_argv[1:])


def configure() -> None:
    """Everything that is logged in this process, by us or by others, is said in one way."""
    handler = logging.StreamHandler()
    handler.setFormatter(Line())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for each in logging.root.manager.loggerDict.values():
        if isinstance(each, logging.Logger) and each.handlers:  # uvicorn has its own
            each.handlers.clear()
            each.propagate = True


class Line(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": DETAILS.sub("", record.getMessage()),
        }
        error = record.exc_info[1] if record.exc_info else None
        if FORM == "text":
            return " ".join(line.values()) + (f"\n{history(error)}" if error else "")
        line |= {"process": PROCESS, "pid": record.process}
        if trace := traceparent.get()[3:35]:
            line["trace"] = trace
        if error:
            line["error"] = {"type": type(error).__name__, "where": history(error)}
        return json.dumps(line, ensure_ascii=False, default=str)


def history(error: BaseException) -> str:
    """Where it happened, and what led to it."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = f"{history(cause)}\nthen:\n" if cause else ""
    return f"{before}{''.join(traceback.format_tb(error.__traceback__))}{summary(error)}"


def summary(error: BaseException) -> str:
    """ValueError: what it says, in one line. PostgreSQL quotes values that it cannot read."""
    said = "" if str(getattr(error, "sqlstate", "")).startswith("22") else str(error).split("\n")[0]
    return f"{type(error).__name__}: {said}".removesuffix(": ")
