"""Whatever can be changed through the API can be found in the audit log."""

from app.api.attempts import SUBJECTS
from app.api.schema import make_schema
from app.core.config import GRAPHQL_DIR


def test_every_mutation_is_known_to_the_audit_log() -> None:
    mutations = make_schema(GRAPHQL_DIR).mutation_type
    assert mutations is not None
    assert mutations.fields.keys() == {action.value for action in SUBJECTS}, (
        "Give each mutation an Action in app/core/domain/audit.py and a row in SUBJECTS of "
        "app/api/attempts.py, and have its service call app.services.audit.record in the transaction that "
        "makes the change."
    )
