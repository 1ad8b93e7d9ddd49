"""Bars of a small drawing, as rectangles: the page draws them as SVG, styles give them colours."""

from typing import NamedTuple

HEIGHT, WIDTH, GAP = 120.0, 600.0, 0.25


class Bar(NamedTuple):
    """`series` is which of the values of a period it shows, from 0."""

    x: float
    y: float
    width: float
    height: float
    series: int


class Plot(NamedTuple):
    width: float
    height: float
    bars: list[Bar]
    ticks: list[tuple[float, int]]
    """How far from the top, and the value there."""
    centres: list[float]


def bars(periods: list[list[int]], most: int = 0, stacked: bool = False) -> Plot:
    """Side by side, or one on top of the other. Values above `most` make the drawing higher."""
    totals = [sum(each) if stacked else max(each, default=0) for each in periods]
    top = round_up(max([most, *totals, 1]))
    step = WIDTH / max(len(periods), 1)
    drawn = []
    for n, values in enumerate(periods):
        left, room = n * step + step * GAP / 2, step * (1 - GAP)
        base = 0.0
        for series, value in enumerate(values):
            height = HEIGHT * value / top
            width = room if stacked else room / len(values)
            x = left if stacked else left + series * width
            if value:
                y = HEIGHT - base - height
                drawn.append(
                    Bar(round(x, 1), round(y, 1), round(width, 1), round(height, 1), series)
                )
            base += height if stacked else 0
    ticks = [(round(HEIGHT - HEIGHT * part / 2, 1), round(top * part / 2)) for part in range(3)]
    return Plot(
        WIDTH, HEIGHT, drawn, ticks, [round((n + 0.5) * step, 1) for n in range(len(periods))]
    )


def round_up(value: int) -> int:
    """To an even number that people like to read: 2, 4, 10, 20, 40, 100 ..."""
    scale = 1
    while True:
        for nice in (2, 4, 10):
            if value <= nice * scale:
                return nice * scale
        scale *= 10
