"""What the arguments of a field are read as."""

import pytest

from app.api.arguments import FailedObjects, Observations, RunLogs, Runs, read
from app.core.errors import BadInput


def test_arguments_are_the_same_each_time_and_nobody_elses() -> None:
    wanted = read(Runs, {"first": 7, "filter": {"changedOnly": True}})
    again = read(Runs, {"first": 7, "filter": {"changedOnly": True}})
    assert wanted == again == {"first": 7, "after": None, "filter": {"changed_only": True}}
    del wanted["first"]
    assert read(Runs, {"first": 7, "filter": {"changedOnly": True}}) == again


def test_the_same_may_be_given_to_several_fields() -> None:
    assert read(FailedObjects, {"first": 3}) == {"first": 3, "after": None}
    assert read(RunLogs, {"first": 3}) == {"first": 3, "after": None, "level": None}


@pytest.mark.parametrize("wrong", [True, "1", 1.5, 0])
def test_what_is_nearly_the_same_is_not(wrong: object) -> None:
    assert read(Observations, {"days": 1}) == {"days": 1}
    for _ in range(2):
        with pytest.raises(BadInput) as refused:
            read(Observations, {"days": wrong})
        assert refused.value.fields.keys() == {"days"}
