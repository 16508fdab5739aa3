"""The one table of who may ask for what, and the check of an operation against it."""

from collections.abc import Iterator, Mapping

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_operation_ast,
)

from app.core.domain.auth import Role

# The least role that each root field needs; None: it is open to anybody, without a token.
ROLES: Mapping[str, Mapping[str, Role | None]] = {
    "Query": {
        "health": None,
        "viewer": Role.VIEWER,
        "serverInfo": Role.VIEWER,
        "overview": Role.VIEWER,
        "runTimeline": Role.VIEWER,
        "upcomingRuns": Role.VIEWER,
        "endpointTemplates": Role.VIEWER,
        "endpoints": Role.VIEWER,
        "endpointsConnection": Role.VIEWER,
        "endpoint": Role.VIEWER,
        "labels": Role.VIEWER,
        "collections": Role.VIEWER,
        "collectionsConnection": Role.VIEWER,
        "collection": Role.VIEWER,
        "collectionRuns": Role.VIEWER,
        "collectionRunsConnection": Role.VIEWER,
        "collectionRun": Role.VIEWER,
        "schedulePreview": Role.VIEWER,
        "catalogDatasetConnection": Role.VIEWER,
        "schemas": Role.VIEWER,
        "metadataDataset": Role.VIEWER,
        "catalogChanges": Role.VIEWER,
        "compareCatalog": Role.VIEWER,
        "heldRemovals": Role.VIEWER,
        "apiTokens": Role.ADMIN,
        "auditEvents": Role.ADMIN,
    },
    "Mutation": {
        "testEndpoint": Role.EDITOR,
        "registerEndpoint": Role.EDITOR,
        "updateEndpoint": Role.EDITOR,
        "deleteEndpoint": Role.EDITOR,
        "createCollection": Role.EDITOR,
        "updateCollection": Role.EDITOR,
        "deleteCollection": Role.EDITOR,
        "triggerCollection": Role.EDITOR,
        "triggerEndpointCollection": Role.EDITOR,
        "cancelCollectionRun": Role.EDITOR,
        "approveRemovals": Role.ADMIN,
        "dismissRemovals": Role.ADMIN,
        "restoreRemovals": Role.ADMIN,
        "createApiToken": Role.ADMIN,
        "revokeApiToken": Role.ADMIN,
    },
}
# How many operations of one document are worth remembering.
MAX_KNOWN = 32
OPEN_FIELDS = frozenset({"__typename", *(name for name, role in ROLES["Query"].items() if role is None)})


def needs_no_token(document: DocumentNode, operation_name: str | None) -> bool:
    """Whether the operation is a query for open fields only; anything less plain than that is not."""
    operation = get_operation_ast(document, operation_name)
    return (
        operation is not None
        and operation.operation is OperationType.QUERY
        and all(
            isinstance(selection, FieldNode) and selection.name.value in OPEN_FIELDS
            for selection in operation.selection_set.selections
        )
    )


def required_role(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation_name: str | None,
    known: dict[str | None, Role],
) -> Role:
    """The least role that may execute the operation; a field without a row in ROLES needs the highest.

    The document need not be valid: what the schema does not have will not be executed, and needs no role.
    `known` are the roles that operations of the document were found to need before.
    """
    if operation_name in known:
        return known[operation_name]
    role = _required_role(schema, document, operation_name)
    # whoever asks may name operations that are not there, as many as he likes
    if len(known) < MAX_KNOWN:
        known[operation_name] = role
    return role


def _required_role(schema: GraphQLSchema, document: DocumentNode, operation_name: str | None) -> Role:
    operation = get_operation_ast(document, operation_name)
    root = schema.get_root_type(operation.operation) if operation is not None else None
    if operation is None or root is None:
        return Role.VIEWER
    rows = ROLES[root.name]
    names = [field.name.value for field in root_fields(document, operation)]
    asked = [name for name in names if name in root.fields]
    needed = [rows.get(name, Role.ADMIN) or Role.VIEWER for name in asked]
    return max(needed, key=lambda role: role.rank, default=Role.VIEWER)


def root_fields(document: DocumentNode, operation: OperationDefinitionNode) -> Iterator[FieldNode]:
    """The fields at the top of the operation, those of fragments too; the document need not be valid."""
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    pending: list[SelectionSetNode] = [operation.selection_set]
    while pending:
        for selection in pending.pop().selections:
            if isinstance(selection, FieldNode):
                yield selection
            elif isinstance(selection, FragmentSpreadNode):
                # popped: no fragment is gone through twice, also when they refer to each other in a circle
                fragment = fragments.pop(selection.name.value, None)
                if fragment is not None:
                    pending.append(fragment.selection_set)
            elif isinstance(selection, InlineFragmentNode):
                pending.append(selection.selection_set)
