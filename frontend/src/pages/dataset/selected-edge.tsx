import { CloseButton, Group, Table, Text, Title } from '@mantine/core';
import { DataTable } from '@/components/data-table';
import { Truncate } from '@/components/truncate';
import { edgeWords, type Followed, keyOf, type Web } from './lineage';
import classes from './selected-edge.module.css';

interface SelectedEdgeProps {
  readonly web: Web;
  /** By `keyOf`; `''` for none. */
  readonly edge: string;
  readonly followed: Followed | null;
  readonly onClose: () => void;
}

/** The columns of the edge that was chosen in the graph, or how to choose one. */
export function SelectedEdge({ web, edge, followed, onClose }: SelectedEdgeProps) {
  const chosen = web.edges.find((one) => keyOf(one) === edge);
  if (chosen === undefined) {
    return (
      <Text size="sm" c="dimmed">
        Rows go from left to right. The number on a line is how many pairs of columns are known: choose it to
        see them. A dashed line means that only the datasets are known.
      </Text>
    );
  }
  const nameOf = (id: string) => web.nodes.find((node) => node.id === id)?.displayName ?? '';
  const from = nameOf(chosen.fromId);
  const to = nameOf(chosen.toId);
  const pairs = followed?.pairs.get(edge) ?? [];
  return (
    <section aria-live="polite" data-testid="lineage-pairs">
      <Group justify="space-between" wrap="nowrap" mb={6}>
        <Title order={2} size="h5" className={classes.title}>
          <bdi>{from}</bdi> → <bdi>{to}</bdi>
        </Title>
        <CloseButton aria-label="Close" onClick={onClose} />
      </Group>
      {chosen.columns.length === 0 ? (
        <Text size="sm" c="dimmed">
          {edgeWords(chosen)}.
        </Text>
      ) : (
        <DataTable
          label="Pairs of columns"
          columns={[{ head: `Column of ${from}` }, { head: `Makes column of ${to}` }]}
          minWidth={330}
        >
          <Table.Tbody>
            {chosen.columns.map((pair) => (
              <Table.Tr
                key={`${pair.fromColumn} ${pair.toColumn}`}
                className={pairs.includes(pair) ? classes.followed : undefined}
              >
                <Table.Td>
                  <Truncate mono>{pair.fromColumn}</Truncate>
                </Table.Td>
                <Table.Td>
                  <Truncate mono>{pair.toColumn}</Truncate>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </DataTable>
      )}
    </section>
  );
}
