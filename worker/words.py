"""Quantities in words, for the sentences that people read."""


def duration_in_words(seconds: float) -> str:
    """`3600` as "1 h", `90` as "1 min 30 s", `2.5` as "2.5 s"."""
    if seconds < 60:
        return f"{seconds:g} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "min"), (rest, "s"))
    return " ".join(f"{amount} {unit}" for amount, unit in parts if amount)
