import { Anchor, Table, Text, Title } from '@mantine/core';
import { Link } from 'react-router';
import { DataTable, type TableColumn } from '@/components/data-table';
import { DatasetKindLabel } from '@/components/dataset-kind';
import { Truncate } from '@/components/truncate';
import {
  edgeWords,
  type Followed,
  keyOf,
  type LineageEdge,
  type LineageNode,
  stepsWords,
  type Web,
} from './lineage';
import { useLineagePath } from './use-lineage-path';

const COLUMNS: readonly TableColumn[] = [
  { head: 'Dataset' },
  { head: 'Distance', width: 140, visibleFrom: 'md' },
  { head: 'Kind', width: 160, visibleFrom: 'md' },
  { head: 'Columns', width: '44%' },
];

interface LineageListProps {
  readonly web: Web;
  readonly centerId: string;
  readonly followed: Followed | null;
}

/** The lineage without a picture: what it is made from and what is made from it, the nearest first. */
export function LineageList({ web, centerId, followed }: LineageListProps) {
  return (
    <>
      <Side title="Made from" sign={-1} web={web} centerId={centerId} followed={followed} />
      <Side title="What is made from it" sign={1} web={web} centerId={centerId} followed={followed} />
    </>
  );
}

interface SideProps extends LineageListProps {
  readonly title: string;
  readonly sign: -1 | 1;
}

function Side({ title, sign, web, followed }: SideProps) {
  const nodes = web.nodes
    .filter(({ id, steps }) => steps * sign > 0 && (!isFollowing(followed) || followed.columns.has(id)))
    .sort((one, other) => Math.abs(one.steps) - Math.abs(other.steps));
  return (
    <section>
      <Title order={2} size="h5" mb={6}>
        {title}
      </Title>
      {nodes.length === 0 ? (
        <Text c="dimmed" size="sm">
          {isFollowing(followed) ? 'Nothing, as far as the column is concerned' : 'Nothing is known'}
        </Text>
      ) : (
        <DataTable
          label={title}
          columns={COLUMNS}
          minWidth={700}
          minWidthNarrow={330}
          data-testid="lineage-list"
        >
          <Table.Tbody>
            {nodes.map((node) => (
              <Row
                key={node.id}
                node={node}
                edges={web.edges.filter(({ fromId, toId }) => (sign < 0 ? fromId : toId) === node.id)}
                nameOf={(id) => web.nodes.find((one) => one.id === id)?.displayName ?? ''}
                sign={sign}
                followed={followed}
              />
            ))}
          </Table.Tbody>
        </DataTable>
      )}
    </section>
  );
}

function isFollowing(followed: Followed | null): followed is Followed {
  return followed !== null && followed.pairs.size > 0;
}

interface RowProps {
  readonly node: LineageNode;
  /** Those that join it with what is nearer. */
  readonly edges: readonly LineageEdge[];
  readonly nameOf: (id: string) => string;
  readonly sign: -1 | 1;
  readonly followed: Followed | null;
}

function Row({ node, edges, nameOf, sign, followed }: RowProps) {
  const { id, displayName, kind, removedAt, steps } = node;
  const pathOf = useLineagePath();
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor component={Link} to={pathOf(id)} size="sm">
          <Truncate lines={2}>{displayName}</Truncate>
        </Anchor>
        <Text size="xs" c="dimmed" hiddenFrom="md">
          {stepsWords(steps)}
        </Text>
        {removedAt !== null && (
          <Text size="xs" c="dimmed">
            Removed
          </Text>
        )}
      </Table.Td>
      <Table.Td visibleFrom="md">{stepsWords(steps)}</Table.Td>
      <Table.Td visibleFrom="md">
        <DatasetKindLabel kind={kind} />
      </Table.Td>
      <Table.Td>
        {edges.map((edge) => {
          const pairs = isFollowing(followed) ? (followed.pairs.get(keyOf(edge)) ?? []) : edge.columns;
          const other = nameOf(sign < 0 ? edge.toId : edge.fromId);
          return (
            <Text key={keyOf(edge)} size="sm" component="div">
              <Text span size="xs" c="dimmed">
                {sign < 0 ? 'into' : 'from'} <bdi>{other}</bdi>
              </Text>
              {pairs.length === 0 ? (
                <Text size="sm" c="dimmed">
                  {edgeWords(edge)}
                </Text>
              ) : (
                <Truncate mono lines={4}>
                  {pairs.map(pairWords).join(', ')}
                </Truncate>
              )}
            </Text>
          );
        })}
      </Table.Td>
    </Table.Tr>
  );
}

function pairWords({ fromColumn, toColumn }: LineageEdge['columns'][number]): string {
  return fromColumn === toColumn ? fromColumn : `${fromColumn} → ${toColumn}`;
}
