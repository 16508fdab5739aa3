import { Stack, TagsInput, Textarea, TextInput } from '@mantine/core';
import type { Details } from './details';

const SUGGESTIONS = 50;

interface DetailInputsProps {
  readonly details: Details;
  readonly onChange: (change: Partial<Details>) => void;
  readonly faults: Readonly<Record<string, string>>;
  readonly knownLabels: readonly string[];
  readonly isNew: boolean;
}

/** What people say about the endpoint. */
export function DetailInputs({ details, onChange, faults, knownLabels, isNew }: DetailInputsProps) {
  return (
    <Stack gap="md">
      <TextInput
        name="name"
        label="Name"
        description="What people call this source."
        required
        maxLength={255}
        autoComplete="off"
        error={faults.name}
        value={details.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <TagsInput
        name="labels"
        label="Labels"
        description="To find it by. Type one and press Enter."
        data={[...knownLabels]}
        limit={SUGGESTIONS}
        acceptValueOnBlur
        clearable
        clearButtonProps={{ 'aria-label': 'Clear labels' }}
        error={faults.labels}
        value={[...details.labels]}
        onChange={(labels) => onChange({ labels })}
      />
      <TextInput
        name="domain"
        label="Domain"
        description="The part of the business it belongs to."
        autoComplete="off"
        error={faults.domain}
        value={details.domain}
        onChange={(event) => onChange({ domain: event.currentTarget.value })}
      />
      <Textarea
        name="description"
        label="Description"
        autosize
        minRows={2}
        maxRows={8}
        error={faults.description}
        value={details.description}
        onChange={(event) => onChange({ description: event.currentTarget.value })}
      />
      {isNew && (
        <TextInput
          name="sourceId"
          label="Source id"
          description="A key from outside that stays the same. Left empty, one is made."
          autoComplete="off"
          spellCheck={false}
          error={faults.sourceId}
          value={details.sourceId}
          onChange={(event) => onChange({ sourceId: event.currentTarget.value })}
        />
      )}
    </Stack>
  );
}
