import { Code, Group, Text } from '@mantine/core';
import { CopyButton } from '@/components/copy-button';
import { Section } from './section';

/** The statements that make an account with no more rights than collecting needs. */
export function GrantScript({ script }: { readonly script: string }) {
  return (
    <Section title="An account for Muster">
      <Group justify="space-between" align="flex-start" gap="xs" mb="xs">
        <Text size="sm" c="dimmed" flex="1 1 200px">
          These statements make an account that may do no more than collecting needs.
        </Text>
        <CopyButton value={script} label="Copy script" />
      </Group>
      <Code block style={{ whiteSpace: 'pre-wrap' }}>
        {script}
      </Code>
    </Section>
  );
}
