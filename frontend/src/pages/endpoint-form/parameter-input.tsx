import { Checkbox, JsonInput, NativeSelect, TagsInput, Textarea, TextInput } from '@mantine/core';
import type { Field, Value } from './parameters';
import { parameterField } from './refusals';
import { SecretInput } from './secret-input';

interface ParameterInputProps {
  readonly field: Field;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly error: string | undefined;
  readonly isStored: boolean;
}

/** The input that a connection parameter is given with. */
export function ParameterInput({ field, value, onChange, error, isStored }: ParameterInputProps) {
  const { key, label, description, required, valueType, placeholder, options } = field;
  const common = {
    name: parameterField(key),
    label,
    description: description ?? undefined,
    required,
    error,
  };
  if (field.sensitive || valueType === 'PASSWORD') {
    return (
      <SecretInput
        {...common}
        description={description}
        value={String(value)}
        onChange={onChange}
        isStored={isStored}
      />
    );
  }
  switch (valueType) {
    case 'BOOLEAN':
      return (
        <Checkbox
          {...common}
          required={false}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'ENUM':
      return (
        <NativeSelect
          {...common}
          data={[...(required && value !== '' ? [] : [{ label: '–', value: '' }]), ...options]}
          value={String(value)}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'LIST':
      return (
        <TagsInput
          {...common}
          placeholder={placeholder ?? 'Type a name and press Enter'}
          value={Array.isArray(value) ? [...value] : []}
          onChange={onChange}
          acceptValueOnBlur
          clearable
          clearButtonProps={{ 'aria-label': `Clear ${label.toLowerCase()}` }}
        />
      );
    case 'JSON':
      return (
        <JsonInput
          {...common}
          placeholder={placeholder ?? undefined}
          autosize
          minRows={3}
          maxRows={12}
          value={String(value)}
          onChange={onChange}
        />
      );
    case 'TEXT':
      return (
        <Textarea
          {...common}
          placeholder={placeholder ?? undefined}
          autosize
          minRows={3}
          maxRows={12}
          value={String(value)}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    default:
      return (
        <TextInput
          {...common}
          placeholder={placeholder ?? undefined}
          inputMode={valueType === 'INTEGER' || valueType === 'PORT' ? 'numeric' : undefined}
          autoComplete="off"
          spellCheck={false}
          value={String(value)}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}
