"""What a message is made of: fields that say what they take, and refuse what only looks like it."""

import re
from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, validate


class Line(fields.String):
    """One line of text as people write it on a form: neither blank nor with control characters."""

    # Half a surrogate pair can be sent in JSON, but no database or hash takes it.
    text = r"(?!\s)[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+(?<!\s)\Z"
    shape = validate.Regexp(
        text,
        error="Expected one line of text that neither starts nor ends with a space.",
    )

    def __init__(self, longest: int, **options: Any) -> None:
        super().__init__(validate=[validate.Length(1, longest), self.shape], **options)


class Code(fields.String):
    """A short name for life, unique where it is used, for addresses and ids: "la-ferme"."""

    shape = validate.Regexp(
        r"[a-z0-9]+(-[a-z0-9]+)*\Z", error="Expected small letters, digits and single hyphens."
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(validate=[validate.Length(1, 64), self.shape], **options)


class Country(fields.String):
    """ISO 3166, two capital letters."""

    shape = validate.Regexp(r"[A-Z]{2}\Z", error='Expected two capital letters such as "BE".')

    def __init__(self, **options: Any) -> None:
        super().__init__(validate=self.shape, **_for_example("BE", options))


class Whole(fields.Integer):
    """A whole number of something, within limits: 12, and neither "12" nor 12.5."""

    def __init__(self, low: int, high: int, **options: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(low, high), **options)


class Cents(Whole):
    """An amount of euros in cents, without VAT, up to a hundred thousand euros."""

    def __init__(self, **options: Any) -> None:
        super().__init__(0, 10_000_000, **options)


class YesOrNo(fields.Boolean):
    """true or false, and neither 1 nor "yes"."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Day(fields.Date):
    """A day within this century: anything else is a slip of the keyboard."""

    century = validate.Range(date(2000, 1, 1), date(2099, 12, 31))

    def __init__(self, **options: Any) -> None:
        super().__init__(validate=self.century, **_for_example("2027-03-02", options))


class Month(fields.Field[date]):
    """A calendar month of this century, "2027-03": its first day in Python."""

    shape = r"20[0-9]{2}-(0[1-9]|1[0-2])"

    def __init__(self, **options: Any) -> None:
        described = _for_example("2027-03", options)
        described["metadata"] |= {"type": "string", "pattern": f"^{self.shape}$"}
        super().__init__(**described)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> date:
        if isinstance(value, str) and re.fullmatch(self.shape, value):
            return date(int(value[:4]), int(value[5:]), 1)
        raise ValidationError('Expected a month such as "2027-03".')


class WallTime(fields.Field[int]):
    """A time of day on the wall, "00:00" to "24:00": minutes after local midnight in Python."""

    shape = r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00"

    def __init__(self, **options: Any) -> None:
        described = _for_example("09:30", options)
        described["metadata"] |= {"type": "string", "pattern": f"^({self.shape})$"}
        super().__init__(**described)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        if isinstance(value, str) and re.fullmatch(self.shape, value):
            return int(value[:2]) * 60 + int(value[3:])
        raise ValidationError('Expected a time of day such as "09:30", from "00:00" to "24:00".')

    def _serialize(self, value: int | None, *_: Any, **__: Any) -> str | None:
        return None if value is None else f"{value // 60:02d}:{value % 60:02d}"


def _for_example(example: str, options: dict[str, Any]) -> dict[str, Any]:
    return {**options, "metadata": {"example": example, **options.get("metadata", {})}}
