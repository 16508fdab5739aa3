"""marshmallow fields for what arrives at the edge: every text is bounded and can be stored."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from marshmallow import Schema, ValidationError, fields, validate

from app.core.domain.schedules import CronError, TimezoneError, check_timezone, parse_cron
from app.core.errors import BadInput

NAME_LENGTH = 255
PROSE_LENGTH = 10_000
URL_LENGTH = 2048
LABEL_LENGTH = 100
MAX_ITEMS = 100
PAGE_SIZE = 200
# Beyond this a page size is a mistake rather than a wish for a big page.
ABSURD_COUNT = 10_000
JSON_DEPTH = 20

_ROW_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

T = TypeVar("T")


class Input(Schema):
    """A schema whose keys are spelled as the contract spells them: `source_id` is `sourceId` outside."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        head, *rest = field_name.rstrip("_").split("_")
        field_obj.data_key = head + "".join(word.capitalize() for word in rest)


class Text(fields.String):
    """A text of bounded length that PostgreSQL can store; all of it matches `pattern`."""

    def __init__(
        self, max_length: int = NAME_LENGTH, *, min_length: int = 0, pattern: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._min_length = min_length
        self._max_length = max_length
        self._pattern = pattern

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        if not isinstance(value, str):
            raise ValidationError("Must be a text.")
        if len(value) > self._max_length:
            raise ValidationError(f"Must be at most {self._max_length} characters, not {len(value)}.")
        if len(value) < self._min_length:
            raise ValidationError("Must not be empty.")
        if _UNSTORABLE.search(value):
            raise ValidationError("Must not contain NUL or unpaired surrogate characters.")
        if self._pattern is not None and not re.fullmatch(self._pattern, value):
            raise ValidationError("Contains characters that are not allowed here.")
        return value


class Id(fields.UUID):
    """A UUID in its usual spelling."""

    def _validated(self, value: Any) -> UUID:
        found: UUID = super()._validated(value)
        if str(found) != str(value).lower():
            raise self.make_error("invalid_uuid")
        return found


class RowNumber(fields.Integer):
    """The id of a row that is numbered: a log line, a change."""

    def _validated(self, value: Any) -> int:
        if not _ROW_NUMBER.fullmatch(str(value)):
            raise ValidationError("Must be the id of a row.")
        return int(value)


class Count(fields.Integer):
    """How many rows: at least 1; more than `maximum` is cut to it; an absurd number is refused."""

    def __init__(self, default: int, maximum: int = PAGE_SIZE) -> None:
        message = f"Must be from 1 to {maximum}; up to {ABSURD_COUNT} is cut to {maximum}."
        super().__init__(
            strict=True, load_default=default, validate=validate.Range(1, ABSURD_COUNT, error=message)
        )
        self._maximum = maximum

    def deserialize(self, *args: Any, **kwargs: Any) -> Any:
        return min(super().deserialize(*args, **kwargs), self._maximum)


class Items(fields.List[T]):
    """A list of at most `maximum` items, as a tuple."""

    def __init__(
        self, item: fields.Field[T], maximum: int = MAX_ITEMS, minimum: int = 0, **kwargs: Any
    ) -> None:
        super().__init__(item, validate=validate.Length(minimum, maximum), **kwargs)

    def deserialize(self, *args: Any, **kwargs: Any) -> Any:
        items = super().deserialize(*args, **kwargs)
        return tuple(items) if isinstance(items, list) else items


def name_field(max_length: int = NAME_LENGTH, **kwargs: Any) -> Text:
    """A text that says something: not empty, not only white space."""
    return Text(max_length, validate=_says_something, **kwargs)


def cron_field(**kwargs: Any) -> Text:
    """A cron expression that core.domain.schedules can read."""
    return Text(PROSE_LENGTH, validate=_readable_cron, **kwargs)


def timezone_field(**kwargs: Any) -> Text:
    """The name of an IANA time zone."""
    return Text(PROSE_LENGTH, validate=_known_timezone, **kwargs)


def labels_field(**kwargs: Any) -> Items[str]:
    """A list of labels."""
    return Items(Text(LABEL_LENGTH, min_length=1), **kwargs)


def load(schema: type[Schema], data: Mapping[str, Any]) -> Any:
    """What `schema` makes of `data`. Raises BadInput with every fault, by path (`labels.2`)."""
    try:
        return _made(schema).load(data)
    except ValidationError as error:
        raise BadInput(faults(error)) from None


@cache
def _made(schema: type[Schema]) -> Schema:
    """Making a schema costs more than loading with it, and nested fields load once for each row."""
    return schema()


def faults(error: ValidationError) -> dict[str, list[str]]:
    """marshmallow's nested messages, flat: {path: [sentences]}."""
    return dict(_flat(error.messages, ""))


def is_deeper_than(value: Any, depth: int) -> bool:
    """Whether JSON is nested deeper than `depth`; safe at any depth."""
    level = [value]
    for _ in range(depth + 1):
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
        ]
        if not level:
            return False
    return True


def _flat(messages: Any, path: str) -> Iterator[tuple[str, list[str]]]:
    if isinstance(messages, dict):
        for key, inner in messages.items():
            here = path if key == "_schema" else f"{path}.{key}" if path else str(key)
            yield from _flat(inner, here)
    else:
        yield path, [str(message) for message in messages]


def _says_something(text: str) -> None:
    if not text.strip():
        raise ValidationError("Must not be empty.")


def _readable_cron(text: str) -> None:
    try:
        parse_cron(text)
    except CronError as error:
        raise ValidationError(str(error)) from None


def _known_timezone(text: str) -> None:
    try:
        check_timezone(text)
    except TimezoneError as error:
        raise ValidationError(str(error)) from None
