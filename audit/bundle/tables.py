"""Facts as tables: for spreadsheets (CSV, RFC 4180) and for programs (Parquet)."""

import csv
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import StringIO
from itertools import islice
from typing import Any, NamedTuple

from audit.leaf import canonical

FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that spreadsheets compute, or run."""
BYTE_ORDER_MARK = "\ufeff"
"""Without it some spreadsheets take UTF-8 for something else."""
AT_ONCE = 50_000


class Row(NamedTuple):
    """One fact. `data` is canonical JSON, or its hash where it was too long for the register."""

    entry: int
    service: str
    position: int
    time: str
    type: str
    subject: str
    version: int
    by: str
    data: str

    @classmethod
    def of(cls, index: int, fact: dict[str, Any]) -> "Row":
        data = canonical(fact["data"]).decode() if "data" in fact else fact["datasha256"]
        about = fact["time"], fact["type"], fact["subject"]
        version = int(fact["id"].rpartition("/")[2])
        place = index, fact["source"][1:], int(fact["sequence"])
        return cls(*place, *about, version, fact["by"], data)


def as_csv(rows: Iterable[Row]) -> Iterator[bytes]:
    """Every cell is quoted. One that would be a formula becomes a text by an apostrophe."""
    kept = StringIO(newline="")
    writer = csv.writer(kept, quoting=csv.QUOTE_ALL)
    kept.write(BYTE_ORDER_MARK)
    writer.writerow(Row._fields)
    for each in rows:
        writer.writerow([_text(cell) for cell in each])
        if kept.tell() > AT_ONCE:
            yield kept.getvalue().encode()
            kept.seek(0)
            kept.truncate()
    yield kept.getvalue().encode()


def as_parquet(rows: Iterator[Row]) -> Iterator[bytes]:
    # Large to load, and needed nowhere else.
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts = ("service", "type", "subject", "by", "data")
    kinds = {name: pa.string() for name in texts} | {"time": pa.timestamp("us", "UTC")}
    schema = pa.schema([(name, kinds.get(name, pa.int64())) for name in Row._fields])
    with tempfile.TemporaryFile() as file:
        with pq.ParquetWriter(file, schema, compression="zstd") as writer:
            while some := list(islice(rows, AT_ONCE)):
                rows_of_table = [each._asdict() for each in some]
                for each in rows_of_table:
                    each["time"] = datetime.fromisoformat(each["time"])
                writer.write_table(pa.Table.from_pylist(rows_of_table, schema))
        file.seek(0)
        while data := file.read(AT_ONCE):
            yield data


def _text(cell: object) -> str:
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULAS) else text
