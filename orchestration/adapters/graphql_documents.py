"""What a GraphQL document may ask for, before Dagster executes it.

What belongs here: documents as such, parsed by ``graphql-core``, which Dagster's server uses. What does not: what a field does.
"""

from __future__ import annotations

from collections.abc import Sequence

from graphql import FieldNode, GraphQLError, OperationDefinitionNode, OperationType, parse

# What whoever is logged in may do. What is not here changes history (deleting runs, wiping assets, reporting what no run did),
# sets what the deployment sets (pools, cursors), or would be written down under another's name (a backfill launched again).
ALLOWED_MUTATIONS = frozenset(
    {
        "launchRun",
        "launchPipelineExecution",
        "launchMultipleRuns",
        "launchRunReexecution",
        "launchPipelineReexecution",
        "launchPartitionBackfill",
        "cancelPartitionBackfill",
        "terminateRun",
        "terminateRuns",
        "terminatePipelineExecution",
        "startSensor",
        "stopSensor",
        "resetSensor",
        "sensorDryRun",
        "startSchedule",
        "stopRunningSchedule",
        "resetSchedule",
        "scheduleDryRun",
        "reloadRepositoryLocation",
        "reloadWorkspace",
    }
)


class NotAllowedError(Exception):
    """A document is not executed. The message is Chinese."""


def mutations_of(query: object) -> Sequence[str]:
    """Return the names of all that a document would have done, whichever of its operations is asked for; none of a query.

    Raises:
        NotAllowedError: it hides what it would do in fragments, or is no document.
    """
    if not isinstance(query, str):
        raise NotAllowedError("不是 GraphQL 请求")
    try:
        document = parse(query, no_location=True)
    except GraphQLError:
        return []  # which Dagster tells better
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    names = []
    for operation in operations:
        if operation.operation is not OperationType.MUTATION:
            continue
        for selected in operation.selection_set.selections:
            if not isinstance(selected, FieldNode):
                raise NotAllowedError("mutation 里不接受 fragment")
            names.append(selected.name.value)
    return names


def check_document(query: object, *, may_act: bool) -> Sequence[str]:
    """Return what a document has done; raise ``NotAllowedError`` where whoever asks may not.

    Args:
        query: text of the document.
        may_act: whether who asks is known.
    """
    names = mutations_of(query)
    if names and not may_act:
        raise NotAllowedError("页面是只读的：没有登录，不能运行、撤回或改动（见 docs/deployment.zh.md“页面”）")
    if refused := sorted(set(names) - ALLOWED_MUTATIONS):
        raise NotAllowedError(f"页面上不能做 {'、'.join(refused)}")
    return names


def is_subscription_only(query: object) -> bool:
    """Return whether every operation of a document only listens."""
    try:
        document = parse(query, no_location=True) if isinstance(query, str) else None
    except GraphQLError:
        return False
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)] if document else []
    return bool(operations) and all(one.operation is OperationType.SUBSCRIPTION for one in operations)
