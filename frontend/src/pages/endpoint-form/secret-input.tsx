import { Button, PasswordInput } from '@mantine/core';
import { MASK } from './parameters';

interface SecretInputProps {
  readonly name: string;
  readonly label: string;
  readonly description: string | null;
  readonly required: boolean;
  readonly error: string | undefined;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Whether a value is stored, which a mask keeps. */
  readonly isStored: boolean;
}

/** A secret: it can be given, never seen again. Left alone, the stored one is kept. */
export function SecretInput(props: SecretInputProps) {
  const { name, label, description, required, error, value, onChange, isStored } = props;
  const isKept = value === MASK;
  const hint = isKept
    ? 'Stored. Leave it empty to keep it.'
    : isStored && value === ''
      ? 'Removed when saved.'
      : '';
  return (
    <div>
      <PasswordInput
        name={name}
        label={label}
        description={[description, hint].filter(Boolean).join(' ') || undefined}
        placeholder={isKept ? MASK : undefined}
        // a required secret that is stored need not be typed again
        required={required && !isKept}
        error={error}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': `Show ${label.toLowerCase()}` }}
        value={isKept ? '' : value}
        onChange={({ currentTarget: { value: typed } }) => onChange(typed === '' && isStored ? MASK : typed)}
      />
      {isStored && !required && (
        <Button size="compact-xs" variant="subtle" mt={4} onClick={() => onChange(isKept ? '' : MASK)}>
          {isKept ? `Remove the stored ${label.toLowerCase()}` : `Keep the stored ${label.toLowerCase()}`}
        </Button>
      )}
    </div>
  );
}
