"""Export files: CSV, JSON, or Markdown in a zip.

A file is written batch by batch, so that only the names of people and channels stay in memory.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import IO, Protocol

from sqlalchemy.orm import Session

from handlers.export import csv_file, json_file, markdown_file
from handlers.export.names import Names
from handlers.export.zip_stream import Zip
from models.reads.export import Export, Format, Whole, batch

BATCH = 100


class Writer(Protocol):
    """Writer of one file format.

    Call `begin`, then `draw` and `add` for each decision, then `end`. Only `draw` looks names up.
    """

    def begin(self) -> None: ...
    def draw(self, whole: Whole, names: Names) -> str: ...
    def add(self, whole: Whole, drawn: str) -> None: ...
    def end(self) -> None: ...


class ExportFile:
    """Export file that is being written.

    Call `step` until it returns 0, each time in a transaction of its own.
    """

    def __init__(self, export: Export, out: IO[bytes]) -> None:
        self.names = Names()
        self._scope = export.scope
        self._after = 0
        self._writer = _WRITERS[export.format](export, out)
        self._writer.begin()

    def step(self, session: Session) -> int:
        """Write the next decisions and return how many; 0 if the file is complete.

        Raise NotYetKnown if names have to be looked up first; then none of them is written yet.
        """
        wholes = batch(session, self._scope, self._after, BATCH)
        drawn = [self._writer.draw(whole, self.names) for whole in wholes]
        self.names.check()
        for whole, text in zip(wholes, drawn, strict=True):
            self._after = whole.decision.id
            self._writer.add(whole, text)
        if not wholes:
            self._writer.end()
        session.expunge_all()
        return len(wholes)


class _Csv:
    """CSV with the byte order mark by which spreadsheets recognise UTF-8."""

    def __init__(self, export: Export, out: IO[bytes]) -> None:
        self._out = out
        self._separator = ";" if export.format is Format.CSV_SEMICOLON else ","

    def begin(self) -> None:
        head = csv_file.line(csv_file.HEAD, self._separator)
        self._out.write(b"\xef\xbb\xbf" + head.encode())

    def draw(self, whole: Whole, names: Names) -> str:
        return csv_file.line(csv_file.row(whole, names), self._separator)

    def add(self, whole: Whole, drawn: str) -> None:
        self._out.write(drawn.encode())

    def end(self) -> None:
        pass


class _Json:
    """One JSON object. Each of its decisions is on a line of its own."""

    def __init__(self, export: Export, out: IO[bytes]) -> None:
        self._export = export
        self._out = out
        self._between = ""

    def begin(self) -> None:
        head = json_file.head(self._export.at, self._export.scope)
        self._out.write(f'{json.dumps(head)[:-1]}, "decisions": ['.encode())

    def draw(self, whole: Whole, names: Names) -> str:
        return json.dumps(json_file.decision(whole, names), ensure_ascii=False)

    def add(self, whole: Whole, drawn: str) -> None:
        self._out.write(f"{self._between}\n{drawn}".encode())
        self._between = ","

    def end(self) -> None:
        self._out.write(b"\n]}\n")


class _Markdown:
    """Zip of documents."""

    def __init__(self, export: Export, out: IO[bytes]) -> None:
        self._zip = Zip(out, export.at)

    def begin(self) -> None:
        pass

    def draw(self, whole: Whole, names: Names) -> str:
        return markdown_file.document(whole, names)

    def add(self, whole: Whole, drawn: str) -> None:
        self._zip.add(markdown_file.path(whole.decision), drawn.encode())

    def end(self) -> None:
        self._zip.end()


_WRITERS: dict[Format, Callable[[Export, IO[bytes]], Writer]] = {
    Format.CSV: _Csv,
    Format.CSV_SEMICOLON: _Csv,
    Format.JSON: _Json,
    Format.MARKDOWN: _Markdown,
}
