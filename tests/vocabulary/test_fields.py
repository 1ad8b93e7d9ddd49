"""Fields take what they say, and refuse what only looks like it."""

from datetime import date

import pytest
from marshmallow import ValidationError

from vocabulary.fields import Cents, Code, Country, Day, Line, Month, WallTime, Whole, YesOrNo


@pytest.mark.parametrize(("text", "minute"), [("00:00", 0), ("09:30", 570), ("24:00", 1440)])
def test_a_time_of_day(text, minute):
    assert WallTime().deserialize(text) == minute
    assert WallTime()._serialize(minute) == text


@pytest.mark.parametrize("text", ["9:30", "24:01", "25:00", "12:60", "noon", 9, None, "09:30\n"])
def test_no_time_of_day(text):
    with pytest.raises(ValidationError):
        WallTime().deserialize(text)


@pytest.mark.parametrize("text", ["La-Ferme", "-a", "a--b", "", "a" * 65, "a\n", "é", 7])
def test_no_code(text):
    with pytest.raises(ValidationError):
        Code().deserialize(text)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (Line(10), " a"),
        (Line(10), "a\n"),
        (Line(10), "a\0b"),
        (Line(10), "\ud800"),
        (Line(10), "   "),
        (Line(10), "elevenchars"),
        (Country(), "be"),
        (Country(), "BE\n"),
        (Whole(1, 9), "3"),
        (Whole(1, 9), 3.5),
        (Whole(1, 9), 10),
        (Whole(0, 1), True),
        (Cents(), -1),
        (YesOrNo(), "yes"),
        (YesOrNo(), 1),
        (Day(), "1999-12-31"),
        (Day(), "2027-02-30"),
        (Day(), 20270301),
        (Month(), "2027-13"),
        (Month(), "2027-03\n"),
    ],
)
def test_what_only_looks_like_it(field, value):
    with pytest.raises(ValidationError):
        field.deserialize(value)


@pytest.mark.parametrize(
    ("field", "text", "meant"),
    [
        (Line(50), "Pépinière du Val de Vence", "Pépinière du Val de Vence"),
        (Month(), "2027-03", date(2027, 3, 1)),
        (Day(), "2027-03-02", date(2027, 3, 2)),
        (YesOrNo(), False, False),
        (Cents(), 0, 0),
    ],
)
def test_what_it_is(field, text, meant):
    assert field.deserialize(text) == meant
