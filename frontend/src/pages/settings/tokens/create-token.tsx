import { Alert, Button, Code, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Role } from '@/api/http';
import { useAction } from '@/api/use-action';
import { CopyButton } from '@/components/copy-button';
import { ErrorNote } from '@/components/error-note';
import { IconKey } from '@/components/icons';
import { CreateApiTokenDocument } from '../settings.generated';
import { expiryOf, LIFETIMES, type Lifetime } from './tokens';

const ROLES = [
  { value: 'VIEWER', label: 'VIEWER: reads everything but secrets' },
  { value: 'EDITOR', label: 'EDITOR: also registers, changes and triggers' },
  { value: 'ADMIN', label: 'ADMIN: also manages access' },
] as const satisfies readonly { value: Role; label: string }[];
const LIFETIME_OPTIONS = Object.entries(LIFETIMES).map(([value, { label }]) => ({ value, label }));

interface CreateTokenProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onCreated: () => void;
}

/** Asks what the token is for, makes it, and shows its value this once. */
export function CreateToken({ opened, onClose, onCreated }: CreateTokenProps) {
  const [value, setValue] = useState<string | null>(null);
  const close = () => {
    setValue(null);
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={value === null ? 'Create token' : 'Token created'}
      centered
      closeOnClickOutside={value === null}
      closeOnEscape={value === null}
    >
      {value === null ? (
        <TokenForm
          onCancel={close}
          onCreated={(created) => {
            setValue(created);
            onCreated();
          }}
        />
      ) : (
        <Stack>
          <Alert color="orange" icon={<IconKey size={18} />} title="Copy it now">
            This is the only time that it is shown. Muster keeps no copy of it.
          </Alert>
          <Code block data-testid="token-value" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
            {value}
          </Code>
          <Group justify="space-between">
            <CopyButton value={value} label="Copy token" />
            <Button onClick={close}>Done</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

interface TokenFormProps {
  readonly onCancel: () => void;
  readonly onCreated: (value: string) => void;
}

function TokenForm({ onCancel, onCreated }: TokenFormProps) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('VIEWER');
  const [lifetime, setLifetime] = useState<Lifetime>('90');
  const create = useAction(CreateApiTokenDocument, {
    success: ({ createApiToken }) => `Token ${createApiToken.apiToken.name} created`,
    toastError: false,
  });
  const submit = async (event: React.FormEvent) => {
    event.preventDefault();
    const expiresAt = expiryOf(lifetime, Date.now());
    const answer = await create.run({ name: name.trim(), role, expiresAt });
    if (answer !== undefined) onCreated(answer.createApiToken.token);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Name"
          description="What it is for. Runs that it asks for carry the name."
          required
          data-autofocus
          maxLength={255}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Select
          label="Role"
          data={ROLES}
          value={role}
          allowDeselect={false}
          onChange={(value) => value !== null && setRole(value as Role)}
        />
        <Select
          label="Valid for"
          data={LIFETIME_OPTIONS}
          value={lifetime}
          allowDeselect={false}
          onChange={(value) => value !== null && setLifetime(value as Lifetime)}
        />
        {create.error && <ErrorNote error={create.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={create.state === 'busy'} disabled={name.trim() === ''}>
            Create
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
