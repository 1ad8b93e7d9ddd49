"""What was measured: a figure, the bar it should reach, and what explains it."""

from statistics import quantiles
from typing import NamedTuple

BOUNDS = {"<=": lambda figure, bound: figure <= bound, ">=": lambda figure, bound: figure >= bound}


class Row(NamedTuple):
    what: str
    figure: float
    bar: str = ""
    """"<= 600", ">= 0.6"; nothing where the design (section 9) has none."""
    about: str = ""
    digits: int = 0

    @property
    def is_missed(self):
        if not self.bar:
            return False
        sign, bound = self.bar.split()
        return not BOUNDS[sign](self.figure, float(bound.replace(",", "")))

    def cells(self):
        missed = "missed" if self.is_missed else ""
        about = "; ".join(filter(None, (missed, self.about)))
        return self.what, f"{self.figure:,.{self.digits}f}", self.bar, about


HEAD = ("", "measured", "bar", "")


def text(rows):
    """To be read in a terminal."""
    lines = [HEAD, *(each.cells() for each in rows)]
    wide = [max(len(line[n]) for line in lines) for n in range(3)]
    for what, figure, bar, about in lines:
        yield f"{what:<{wide[0]}}  {figure:>{wide[1]}}  {bar:<{wide[2]}}  {about}".rstrip()


def markdown(rows):
    """To be pasted into docs/measurements.md."""
    for line in (HEAD, ("---", "---:", "---", "---"), *(each.cells() for each in rows)):
        yield f"| {' | '.join(line)} |"


def spread(values, digits=0):
    return f"{min(values):,.{digits}f}-{max(values):,.{digits}f}"


def waits(loads):
    cuts = quantiles([wait for each in loads for wait in each.waits], n=100)
    return f"p50 {cuts[49] * 1000:.1f} ms, p99 {cuts[98] * 1000:.1f} ms"
