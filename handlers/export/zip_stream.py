"""Zip archive that is written file by file, in little memory.

A zip ends with the list of its files. While the files are written, a long list is kept on disk.
Python's own zipfile keeps it in memory, about 500 bytes per file. PKWARE's APPNOTE.TXT, 4.3 and
4.5, describes the format.
"""

from __future__ import annotations

import shutil
import struct
import tempfile
import zlib
from datetime import datetime
from typing import IO

_FILE = struct.Struct("<4sHHHHHIIIHH")
_LISTED = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_END_64 = struct.Struct("<4sQHHIIQQQQ")
_WHERE_END_64 = struct.Struct("<4sIQI")
_OFFSET_64 = struct.Struct("<HHQ")
_VERSION, _UTF_8, _DEFLATED, _READABLE = 45, 0x800, 8, 0o100644 << 16
_MOST_16, _MOST_32 = 0xFFFF, 0xFFFFFFFF
# Up to this many bytes, the list of files is in memory; a longer list is on disk.
IN_MEMORY = 1_000_000


class Zip:
    """Zip archive that is being written.

    Call `add` for each file, then `end`. All files have the same time, `at`.
    """

    def __init__(self, out: IO[bytes], at: datetime) -> None:
        self._out = out
        self._position = 0
        self._count = 0
        self._list = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 closed by `end`
        self._date = (at.year - 1980) << 9 | at.month << 5 | at.day
        self._time = at.hour << 11 | at.minute << 5 | at.second // 2

    def add(self, name: str, data: bytes) -> None:
        path, offset = name.encode(), self._position
        squeeze = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        packed = squeeze.compress(data) + squeeze.flush()
        how = (
            _VERSION,
            _UTF_8,
            _DEFLATED,
            self._time,
            self._date,
            zlib.crc32(data),
            len(packed),
            len(data),
            len(path),
        )
        far = offset >= _MOST_32
        extra = _OFFSET_64.pack(1, 8, offset) if far else b""
        self._write(_FILE.pack(b"PK\3\4", *how, 0) + path + packed)
        listed = (len(extra), 0, 0, 0, _READABLE, _MOST_32 if far else offset)
        self._list.write(_LISTED.pack(b"PK\1\2", _VERSION, *how, *listed) + path + extra)
        self._count += 1

    def end(self) -> None:
        begin, length = self._position, self._list.tell()
        self._list.seek(0)
        shutil.copyfileobj(self._list, self._out)
        self._list.close()
        self._position += length
        if self._count >= _MOST_16 or begin >= _MOST_32:
            place = self._position
            sizes = (self._count, self._count, length, begin)
            self._write(_END_64.pack(b"PK\6\6", 44, _VERSION, _VERSION, 0, 0, *sizes))
            self._write(_WHERE_END_64.pack(b"PK\6\7", 0, place, 1))
        count = min(self._count, _MOST_16)
        self._write(
            _END.pack(b"PK\5\6", 0, 0, count, count, min(length, _MOST_32), min(begin, _MOST_32), 0)
        )

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._position += len(data)
