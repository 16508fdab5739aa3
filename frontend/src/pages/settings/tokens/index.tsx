import { Badge, Button, Group, Switch, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useAction } from '@/api/use-action';
import { useLive } from '@/api/use-live';
import { ConfirmDialog } from '@/components/confirm-dialog';
import { DataTable, type TableColumn } from '@/components/data-table';
import { EmptyState } from '@/components/empty-state';
import { IconPlus } from '@/components/icons';
import { QueryState } from '@/components/query-state';
import { RelativeTime } from '@/components/relative-time';
import { Truncate } from '@/components/truncate';
import { flag, useUrlState } from '@/lib/url-state';
import { ApiTokensDocument, RevokeApiTokenDocument } from '../settings.generated';
import { CreateToken } from './create-token';
import { stateOf, type Token, type TokenState } from './tokens';

const FIELDS = { ended: flag() };
const STATE_LOOKS = {
  active: { label: 'Active', color: 'teal' },
  expired: { label: 'Expired', color: 'orange' },
  revoked: { label: 'Revoked', color: 'gray' },
} as const satisfies Record<TokenState, object>;

const COLUMNS: readonly TableColumn[] = [
  { head: 'Name' },
  { head: 'Role', width: 104, visibleFrom: 'md' },
  { head: 'State', width: 112, visibleFrom: 'md' },
  { head: 'Created', width: 136, visibleFrom: 'md' },
  { head: 'Last used', width: 136, visibleFrom: 'md' },
  { head: 'Expires', width: 114 },
  { head: 'Actions', width: 100, isHeadHidden: true },
];

/** The tokens that programs sign in with: made, listed, revoked. */
export default function Tokens() {
  const [{ ended }, change] = useUrlState(FIELDS);
  const [isCreating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<Token | null>(null);
  const live = useLive(ApiTokensDocument, {});
  const shownOf = (tokens: readonly Token[]) =>
    ended ? tokens : tokens.filter((token) => stateOf(token, Date.now()) === 'active');
  return (
    <>
      <Group justify="space-between" mb="md">
        <Switch
          label="Expired and revoked ones too"
          checked={ended}
          onChange={(event) => change({ ended: event.currentTarget.checked })}
        />
        <Button leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
          Create token
        </Button>
      </Group>
      <QueryState
        live={live}
        isEmpty={({ apiTokens }) => shownOf(apiTokens).length === 0}
        empty={
          <EmptyState title="No tokens">
            Programs sign in with a token of their own, with the role that they need and no more.
          </EmptyState>
        }
      >
        {({ apiTokens }) => (
          <DataTable
            label="API tokens"
            columns={COLUMNS}
            minWidth={760}
            minWidthNarrow={330}
            data-testid="tokens-table"
          >
            <Table.Tbody>
              {shownOf(apiTokens).map((token) => (
                <TokenRow key={token.id} token={token} onRevoke={() => setRevoking(token)} />
              ))}
            </Table.Tbody>
          </DataTable>
        )}
      </QueryState>
      <CreateToken opened={isCreating} onClose={() => setCreating(false)} onCreated={live.refetch} />
      <RevokeToken token={revoking} onClose={() => setRevoking(null)} />
    </>
  );
}

function TokenRow({ token, onRevoke }: { readonly token: Token; readonly onRevoke: () => void }) {
  const { id, name, role, createdAt, lastUsedAt, expiresAt } = token;
  const state = stateOf(token, Date.now());
  const { label, color } = STATE_LOOKS[state];
  return (
    <Table.Tr data-testid="token-row" data-token-id={id} data-state={state}>
      <Table.Td fw={600}>
        <Truncate>{name}</Truncate>
        <Text size="xs" c="dimmed" hiddenFrom="md">
          {role}, {label.toLowerCase()}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="md">{role}</Table.Td>
      <Table.Td visibleFrom="md">
        <Badge variant="light" color={color} tt="none">
          {label}
        </Badge>
      </Table.Td>
      <Table.Td visibleFrom="md">
        <RelativeTime at={createdAt} />
      </Table.Td>
      <Table.Td visibleFrom="md">
        <RelativeTime at={lastUsedAt} fallback="Never" />
      </Table.Td>
      <Table.Td>
        <RelativeTime at={expiresAt} fallback="Never" />
      </Table.Td>
      <Table.Td ta="right">
        {state === 'active' && (
          <Button
            size="compact-sm"
            variant="light"
            color="red"
            aria-label={`Revoke ${name}`}
            onClick={onRevoke}
          >
            Revoke
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function RevokeToken({ token, onClose }: { readonly token: Token | null; readonly onClose: () => void }) {
  const revoke = useAction(RevokeApiTokenDocument, {
    success: ({ revokeApiToken }) => `${revokeApiToken.name} revoked`,
    toastError: false,
  });
  const close = () => {
    revoke.reset();
    onClose();
  };
  return (
    <ConfirmDialog
      opened={token !== null}
      onClose={close}
      title="Revoke token"
      confirmLabel="Revoke"
      danger
      busy={revoke.state === 'busy'}
      error={revoke.error}
      onConfirm={async () => {
        if (token !== null && (await revoke.run({ id: token.id })) !== undefined) close();
      }}
    >
      <Text size="sm">
        Whatever signs in with <bdi>“{token?.name}”</bdi> is refused from now on. This cannot be undone.
      </Text>
    </ConfirmDialog>
  );
}
