"""The brake: when removals wait for a person."""

import pytest

from app.core.domain.policies import EndpointPolicy
from app.core.domain.removals import FoundGone


@pytest.mark.parametrize(
    ("found", "policy", "reason"),
    [
        pytest.param(FoundGone(90, 10, 0, 100), EndpointPolicy(), None, id="the share is not exceeded"),
        pytest.param(
            FoundGone(89, 11, 0, 100),
            EndpointPolicy(),
            "11 of 100 datasets would go at once, more than 10 %.",
            id="share and number are exceeded",
        ),
        pytest.param(FoundGone(1, 9, 0, 10), EndpointPolicy(), None, id="too few to wait for"),
        pytest.param(
            FoundGone(89, 11, 1, 100), EndpointPolicy(), None, id="what was kept before counts no further"
        ),
        pytest.param(
            FoundGone(99, 1, 0, 100),
            EndpointPolicy(removal_share_percent=0.5, removal_minimum=1),
            "1 of 100 datasets would go at once, more than 0.5 %.",
            id="the endpoint's own policy",
        ),
        pytest.param(
            FoundGone(0, 2, 0, 2),
            EndpointPolicy(removal_share_percent=100, removal_minimum=1000),
            "The source showed no dataset at all, the catalog has 2.",
            id="nothing seen: whatever the policy",
        ),
        pytest.param(
            FoundGone(0, 2, 2, 2),
            EndpointPolicy(),
            "The source showed no dataset at all, the catalog has 2.",
            id="nothing seen: kept ones too",
        ),
        pytest.param(FoundGone(0, 0, 0, 0), EndpointPolicy(), None, id="there was nothing before"),
    ],
)
def test_removals_wait_when_they_are_many_or_nothing_was_seen(
    found: FoundGone, policy: EndpointPolicy, reason: str | None
) -> None:
    assert found.why_all_are_held(policy) == reason
