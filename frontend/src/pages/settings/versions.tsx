import { Table, Text } from '@mantine/core';
import { useLive } from '@/api/use-live';
import { QueryState } from '@/components/query-state';
import { ServerInfoDocument } from './settings.generated';

/** What this installation is made of. */
export default function Versions() {
  const live = useLive(ServerInfoDocument, {});
  return (
    <QueryState live={live}>
      {({ serverInfo: { version, postgresVersion, temporalAddress, python, connectors } }) => (
        <Table variant="vertical" layout="fixed" maw={620} data-testid="versions-table">
          <Table.Tbody>
            <Fact name="Muster">{version}</Fact>
            <Fact name="PostgreSQL">{postgresVersion}</Fact>
            <Fact name="Python">{python}</Fact>
            <Fact name="Temporal">
              {temporalAddress ?? (
                <Text span c="dimmed">
                  as Temporal’s own profile says
                </Text>
              )}
            </Fact>
            <Fact name="Connectors">{connectors.map(({ title }) => title).join(', ')}</Fact>
          </Table.Tbody>
        </Table>
      )}
    </QueryState>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th w={150} scope="row">
        {name}
      </Table.Th>
      <Table.Td>{children}</Table.Td>
    </Table.Tr>
  );
}
