import { Button, CopyButton as Copying } from '@mantine/core';
import { IconCheck, IconCopy } from './icons';

interface CopyButtonProps {
  readonly value: string;
  readonly label?: string;
}

/** Copies a text. */
export function CopyButton({ value, label = 'Copy' }: CopyButtonProps) {
  return (
    <Copying value={value}>
      {({ copied, copy }) => (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          onClick={copy}
        >
          {copied ? 'Copied' : label}
        </Button>
      )}
    </Copying>
  );
}
