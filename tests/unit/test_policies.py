"""An endpoint's policy: only what a person decided is stored, and what is not known is left out."""

from app.core.domain.policies import EndpointPolicy, ReadingRules


def test_only_what_differs_from_the_defaults_is_stored() -> None:
    assert EndpointPolicy().as_document() == {}
    policy = EndpointPolicy(removal_minimum=3, statement_seconds=60)
    assert policy.as_document() == {"removal_minimum": 3, "statement_seconds": 60}
    assert EndpointPolicy.from_document(policy.as_document()) == policy


def test_a_newer_versions_keys_are_left_out() -> None:
    assert EndpointPolicy.from_document({"removal_minimum": 3, "of_tomorrow": 1}) == EndpointPolicy(
        removal_minimum=3
    )


def test_a_change_keeps_what_it_does_not_name_and_none_sets_the_default_again() -> None:
    policy = EndpointPolicy(removal_share_percent=20, removal_minimum=3)
    assert policy.changed({"removal_minimum": 5}) == EndpointPolicy(20, 5)
    assert policy.changed({"removal_minimum": None}) == EndpointPolicy(20)
    assert policy.changed({}) == policy
    assert policy.changed({"full_pass_hours": 0}).full_pass_hours == 0


def test_what_the_policy_does_not_say_the_settings_do() -> None:
    settings = ReadingRules(source_pause_ms=5, statement_seconds=30, full_pass_hours=12)
    assert EndpointPolicy().reading(settings) == settings
    own = EndpointPolicy(source_pause_ms=0, full_pass_hours=0)
    assert own.reading(settings) == ReadingRules(0, 30, 0)


def test_it_is_shown_whole_with_the_names_of_the_api() -> None:
    shown = EndpointPolicy(removal_minimum=3).as_shown()
    assert shown["removalMinimum"] == 3
    assert shown["removalSharePercent"] == 10
    assert shown["fullPassHours"] is None
