"""A zip that is the same to the byte whenever it has the same content.

It knows no clock, no folder and no owner, its files have one order, and there is one way to write
it: `audit/verify.py` refuses every other.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BufferedWriter
from typing import BinaryIO, Self
from zipfile import ZIP_DEFLATED, LargeZipFile, ZipFile, ZipInfo

FIRST_OF_1980 = (1980, 1, 1, 0, 0, 0)
PLAIN_FILE = 0o100644 << 16
AT_ONCE = 1 << 16


class TooLarge(Exception):
    """A zip of this form, and each file in it, has at most 4 GiB."""

    def __str__(self) -> str:
        return "That would be a file of more than 4 GiB: ask for a shorter period."


class Archive:
    def __init__(self, out: BinaryIO) -> None:
        self.zip = ZipFile(out, "w", ZIP_DEFLATED, allowZip64=False)

    def add(self, name: str, content: Iterable[bytes]) -> None:
        info = ZipInfo(name, FIRST_OF_1980)
        info.compress_type, info.external_attr = ZIP_DEFLATED, PLAIN_FILE
        info.create_system = 3  # the same on every machine
        with self.zip.open(info, "w") as file, BufferedWriter(file, AT_ONCE) as pieces:
            for each in content:
                pieces.write(each)

    @classmethod
    @contextmanager
    def written(cls, out: BinaryIO) -> Iterator[Self]:
        """It is complete at the end of the block. Raises TooLarge."""
        try:
            archive = cls(out)
            yield archive
            archive.zip.close()
        except LargeZipFile:
            raise TooLarge from None
        except RuntimeError as error:  # zipfile's word for a file that grew beyond
            if "File size" in str(error):
                raise TooLarge from None
            raise
