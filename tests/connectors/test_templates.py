"""Templates, and the connectors that belong to them."""

import pytest

from app.core.domain.leaks import LeakGate
from app.core.domain.networks import NetworkRules
from app.core.domain.templates import (
    TEMPLATES,
    FieldValueType,
    Template,
    display_url,
    find_template,
    sensitive_keys,
)
from worker.connectors import TEMPLATE_IDS, open_connector
from worker.sources import Source

SECRET = "Canary-pw-9f3b7c"


def test_every_template_has_a_connector_and_every_connector_a_template() -> None:
    assert set(TEMPLATES) == TEMPLATE_IDS, "add the missing one to worker.connectors or to domain.templates"


@pytest.mark.parametrize("template_id", sorted(TEMPLATE_IDS))
def test_the_test_steps_are_those_the_template_announces(template_id: str) -> None:
    steps = [
        step for step, _ in open_connector(template_id, Source({}, LeakGate([]), NetworkRules())).steps()
    ]
    assert steps == [method.key for method in TEMPLATES[template_id].probing.methods]


def test_parameters_are_those_other_programs_rely_on() -> None:
    network = ["host", "port", "database", "username", "password", "schemas", "ssl_mode"]
    assert [field.key for field in TEMPLATES["postgres"].fields] == network
    assert [field.key for field in TEMPLATES["mysql"].fields] == network
    assert [field.key for field in TEMPLATES["sqlite"].fields] == ["path"]


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_fields_are_well_formed(template: Template) -> None:
    assert find_template(template.id) is template
    for field in template.fields:
        assert bool(field.options) == (field.value_type is FieldValueType.ENUM)
        assert field.sensitive == (field.value_type is FieldValueType.PASSWORD)
        if field.options and field.default_value is not None:
            assert field.default_value in {option.value for option in field.options}
        assert not (field.required and field.default_value)


def test_only_the_password_is_sensitive() -> None:
    assert sensitive_keys(TEMPLATES["postgres"]) == sensitive_keys(TEMPLATES["mysql"]) == {"password"}
    assert sensitive_keys(TEMPLATES["sqlite"]) == set()


def test_an_unknown_template_is_none() -> None:
    assert find_template("oracle") is None
    assert find_template(None) is None


@pytest.mark.parametrize(
    ("template_id", "parameters", "url"),
    [
        ("postgres", {"host": "db", "database": "shop"}, "postgresql://***@db:5432/shop"),
        ("postgres", {"host": "::1", "port": 6000, "database": "a/b"}, "postgresql://***@[::1]:6000/a%2Fb"),
        ("postgres", {"host": "/run/pg", "database": "d"}, "postgresql://***@/d?host=%2Frun%2Fpg"),
        ("mysql", {"host": "db"}, "mysql://***@db:3306/"),
        ("sqlite", {"path": "/data/a b.sqlite"}, "sqlite:///data/a%20b.sqlite"),
    ],
)
def test_display_urls_mask_the_user(template_id: str, parameters: dict[str, object], url: str) -> None:
    account = {"username": "someone", "password": SECRET}
    assert display_url(TEMPLATES[template_id], parameters | account) == url
