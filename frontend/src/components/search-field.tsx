import { CloseButton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { IconSearch } from './icons';

const TYPING_MS = 250;

interface SearchFieldProps {
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly placeholder: string;
  readonly className?: string | undefined;
}

/** A field to search with; it passes on what is typed when the typing pauses. */
export function SearchField({ value, onChange, placeholder, className }: SearchFieldProps) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const pass = useDebouncedCallback(onChange, TYPING_MS);
  const type = (text: string) => {
    setTyped(text);
    pass(text);
  };
  return (
    <TextInput
      className={className}
      label="Search"
      placeholder={placeholder}
      leftSection={<IconSearch size={16} />}
      value={typed}
      onChange={(event) => type(event.currentTarget.value)}
      rightSection={
        typed !== '' && <CloseButton size="sm" aria-label="Clear search" onClick={() => type('')} />
      }
    />
  );
}
