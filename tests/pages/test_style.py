"""What the sheet promises to people's eyes: enough contrast by day and by night (WCAG AA)."""

import re
from pathlib import Path

import pytest

SHEET = (Path(__file__).parents[2] / "gateway" / "static" / "essaim.css").read_text()
DAY, NIGHT = (dict(re.findall(r"--([\w-]+): (#\w{6})", part)) for part in SHEET.split("@media")[:2])
ON = ("paper", "card")
TEXT = [(text, under) for text in ("ink", "soft", "link", "red") for under in ON]
TEXT += [("ink", under) for under in ("good", "bad", "comb")]
TEXT += [("on-green", "green"), ("on-honey", "honey"), ("paper", "red"), ("soft", "good")]
SHAPES = [("free", "card"), ("busy", "free"), ("soft", "paper")]


def brightness(colour):
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    dark, light = sorted((brightness(one), brightness(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", [DAY, DAY | NIGHT], ids=["day", "night"])
def test_text_and_shapes_stand_out(colours):
    weak = [
        pair
        for pairs, least in ((TEXT, 4.5), (SHAPES, 3))
        for pair in pairs
        if contrast(*(colours[name] for name in pair)) < least
    ]
    assert weak == []


def test_the_sheet_asks_nobody_else():
    assert "http" not in SHEET and "@import" not in SHEET and "url(" not in SHEET
