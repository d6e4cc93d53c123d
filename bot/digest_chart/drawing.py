"""Drawing of the digest's picture: promised dates as lines, and decisions as bars below them.

Each move of a date is marked. `bot/digest_chart/process.py` runs this file as a program, which
draws each trend that it reads, until its input ends.
"""

from __future__ import annotations

import io
import pickle
import sys
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import DateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font

from models.reads.trend import Line, Trend

# Colours that people with other colour vision can tell apart (Okabe and Ito); the marks differ too.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
MARKS = ("o", "s", "^", "D")
INK, SOFT, GRID = "#1f2328", "#59616b", "#e3e6ea"
# Fonts for letters that DejaVu Sans lacks: Chinese, Japanese, Korean, emoji (fonts/README.md).
FONTS = tuple(
    Path(__file__).with_name("fonts") / name
    for name in ("DroidSansFallback.ttf", "SymbolaEmoji.ttf")
)
# The picture is read on phones: a small figure, in inches, with large type and many dots per inch.
SIZE, DPI = (4.2, 3.4), 220
# Edges of the axes, as fractions of the figure; `hspace` is the room between two axes.
MARGINS = {"left": 0.12, "right": 0.84, "bottom": 0.07, "top": 0.935, "hspace": 0.26}
# The most dates on the axis of promised dates. More of them would overlap.
MOST_DATES = 8


def draw(trend: Trend) -> bytes:
    """Draw a trend as a PNG of 924 × 748 pixels. No screen is needed."""
    figure = Figure(figsize=SIZE, dpi=DPI, facecolor="white")
    figure.subplots_adjust(**MARGINS)
    if trend.lines:
        top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
        _promises(top, trend)
    else:
        bottom = figure.subplots()
    _counts(bottom, trend)
    out = io.BytesIO()
    # `savefig` would draw twice, the first time to measure. Matplotlib gives no types here.
    FigureCanvasAgg(figure).print_png(  # type: ignore[no-untyped-call]
        out, pil_kwargs={"compress_level": 2}
    )
    return out.getvalue()


def drawable(name: str) -> str:
    """Return the characters of the name that our fonts can draw; empty if there are none."""
    return "".join(letter for letter in name if ord(letter) in _letters()).strip()


@cache
def _families() -> list[str]:
    """Return the fonts to draw a name with. Each letter is drawn in the first font that has it."""
    for file in FONTS:
        font_manager.fontManager.addfont(file)
    return ["DejaVu Sans", *(font_manager.FontProperties(fname=file).get_name() for file in FONTS)]


@cache
def _letters() -> frozenset[int]:
    """Return the characters that at least one of our fonts can draw."""
    files = [font_manager.findfont(family) for family in _families()]
    return frozenset(letter for file in files for letter in FT2Font(file).get_charmap())


def _promises(axes: Any, trend: Trend) -> None:
    for line, color, mark in zip(trend.lines, COLORS, MARKS, strict=False):
        shown = [(_position(day), _position(promised)) for day, promised, _ in line.points]
        axes.step(*zip(*shown, strict=True), where="post", color=color, linewidth=1.8)
        axes.annotate(
            drawable(line.name)[:24],
            shown[0],
            # A dollar is money here, never mathematics.
            parse_math=False,
            fontfamily=_families(),
            textcoords="offset points",
            xytext=(0, 4),
            fontsize=7.5,
            color=color,
        )
        _label_the_end(axes, line, color)
        for day, promised, number in line.points:
            if number:
                axes.plot(_position(day), _position(promised), mark, color=color, markersize=5)
                axes.annotate(
                    f"#{number}",
                    (_position(day), _position(promised)),
                    textcoords="offset points",
                    xytext=(0, 6),
                    fontsize=7,
                    color=color,
                    ha="center",
                )
    axes.set_yticks(_positions(_promised_dates(trend)))
    axes.yaxis.set_major_formatter(_days())
    axes.margins(y=0.25)
    _style(axes, "Promised for")


def _label_the_end(axes: Any, line: Line, color: str) -> None:
    """Write, after the end of a line, its date and how far it has moved: `26 Dec, +5`."""
    first, (last_day, last, _) = line.points[0][1], line.points[-1]
    moved = f", {(last - first).days:+d}" if last != first else ""
    axes.annotate(
        f"{last.day} {last:%b}{moved}",
        (_position(last_day), _position(last)),
        textcoords="offset points",
        xytext=(5, -3),
        fontsize=7.5,
        color=color,
        annotation_clip=False,
    )


def _promised_dates(trend: Trend) -> list[date]:
    """Return the dates for the axis: today's promised dates, then earlier ones.

    A date that is too near to another one to be read is left out.
    """
    today = [line.points[-1][1] for line in trend.lines]
    earlier = [promised for line in trend.lines for _, promised, _ in line.points]
    apart = (max(earlier) - min(earlier)) / MOST_DATES
    shown: list[date] = []
    for promised in [*today, *earlier]:
        if promised not in shown and all(abs(promised - other) >= apart for other in shown):
            shown.append(promised)
    return shown


def _counts(axes: Any, trend: Trend) -> None:
    days = _positions(trend.days)
    axes.bar(
        [day - 1.4 for day in days], trend.decided, width=2.6, color=COLORS[0], label="decided"
    )
    axes.bar(
        [day + 1.4 for day in days],
        trend.waiting,
        width=2.6,
        color="white",
        edgecolor=COLORS[1],
        hatch="///",
        label="waiting",
    )
    axes.set_xticks(days[::2] if len(days) > 5 else days)
    axes.xaxis.set_major_formatter(_days())
    axes.set_ylim(0, max([4, *trend.decided, *trend.waiting]) * 1.45)
    axes.yaxis.get_major_locator().set_params(integer=True, nbins=4)
    axes.legend(fontsize=7, frameon=False, loc="upper left", ncols=2)
    _style(axes, "Decisions")


def _style(axes: Any, title: str) -> None:
    # A title at a fixed place: otherwise matplotlib measures everything near it.
    axes.set_title(title, y=1.0, fontsize=8.5, color=INK, loc="left", fontweight="bold")
    axes.tick_params(labelsize=7, colors=SOFT, length=2)
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)


def _positions(days: list[date]) -> list[float]:
    return [_position(day) for day in days]


def _position(day: date) -> float:
    return float(date2num(day))  # type: ignore[no-untyped-call]  # matplotlib gives no types here


def _days() -> DateFormatter:
    return DateFormatter("%d %b")  # type: ignore[no-untyped-call]  # nor here


def main() -> None:
    """Read trends from standard input until it ends, and write pictures to standard output."""
    while True:
        try:
            trend = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        pickle.dump(draw(trend), sys.stdout.buffer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
