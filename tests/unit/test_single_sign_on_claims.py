"""From claims to a viewer."""

from typing import Any

import pytest

from app.core.config_sections import SingleSignOn
from app.core.domain.auth import Role, Viewer
from app.services.single_sign_on.claims import NoRole, NoSubject, highest_role, viewer_of

MAP = {"reader": Role.VIEWER, "writer": Role.EDITOR, "editor": Role.EDITOR, "admin": Role.ADMIN}
SETTINGS = SingleSignOn(
    issuer="https://login.example",
    client_id="muster",
    client_secret=None,
    audience="muster",
    scopes="openid",
    role_claim=("roles",),
    role_map=MAP,
)


@pytest.mark.parametrize(
    ("path", "claims", "role"),
    [
        pytest.param("roles", {"roles": "admin"}, Role.ADMIN, id="one text"),
        pytest.param("roles", {"roles": ["reader"]}, Role.VIEWER, id="a list"),
        pytest.param("roles", {"roles": ["reader", "admin", "editor"]}, Role.ADMIN, id="the highest counts"),
        pytest.param(
            "roles", {"roles": ["x", "writer", 7, None, ["admin"]]}, Role.EDITOR, id="others do not"
        ),
        pytest.param("roles", {"roles": "reader admin"}, None, id="a text is one role"),
        pytest.param("roles", {"roles": ["Admin", "ADMIN", " admin"]}, None, id="to the letter"),
        pytest.param("roles", {"roles": {"admin": True}}, None, id="an object"),
        pytest.param("roles", {"roles": []}, None, id="none"),
        pytest.param("roles", {"roles": None}, None, id="null"),
        pytest.param("roles", {"groups": ["admin"]}, None, id="elsewhere"),
        pytest.param("a.b.c", {"a": {"b": {"c": "admin"}}}, Role.ADMIN, id="deep"),
        pytest.param("a.b.c", {"a": {"b": "admin"}}, None, id="not deep enough"),
        pytest.param("a.b.c", {"a": {"b.c": "admin"}}, Role.ADMIN, id="a name with a dot, inside"),
        pytest.param("a.b.c", {"a.b": {"c": "admin"}}, Role.ADMIN, id="a name with a dot, outside"),
        pytest.param(
            "a.b", {"a.b": "reader", "a": {"b": "admin"}}, Role.VIEWER, id="the longest name counts"
        ),
    ],
)
def test_the_role_at_a_path(path: str, claims: dict[str, Any], role: Role | None) -> None:
    assert highest_role(claims, path.split("."), MAP) is role


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"preferred_username": "ann", "email": "ann@example.com", "name": "Ann"}, "ann"),
        ({"email": "ann@example.com", "name": "Ann"}, "ann@example.com"),
        ({"name": "Ann Ångström"}, "Ann Ångström"),
        ({}, "1234"),
        ({"preferred_username": "", "name": "Ann"}, "Ann"),
        ({"preferred_username": ["ann"], "name": "a\nb"}, "1234"),
        ({"preferred_username": "a" * 201, "email": "a\0b", "name": "\ud800"}, "1234"),
    ],
)
def test_the_name_is_the_best_readable_one(claims: dict[str, Any], name: str) -> None:
    viewer = viewer_of({"sub": "1234", "roles": "reader", **claims}, SETTINGS)
    assert viewer == Viewer(name=name, role=Role.VIEWER, identity="oidc:1234")


@pytest.mark.parametrize("subject", [None, "", 7, ["a"], "a\0", "a\n", "a" * 256])
def test_without_a_subject_there_is_nobody(subject: object) -> None:
    with pytest.raises(NoSubject):
        viewer_of({"sub": subject, "roles": "admin"}, SETTINGS)


def test_without_a_role_there_is_nobody() -> None:
    with pytest.raises(NoRole):
        viewer_of({"sub": "a", "roles": "root"}, SETTINGS)
