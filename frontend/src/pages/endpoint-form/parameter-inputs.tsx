import { Button, Collapse, Stack } from '@mantine/core';
import { useId, useState } from 'react';
import { IconChevronDown, IconChevronUp } from '@/components/icons';
import classes from './endpoint-form.module.css';
import { ParameterInput } from './parameter-input';
import { type Field, hasStoredSecret, type Value, type Values } from './parameters';
import { parameterField } from './refusals';

interface ParameterInputsProps {
  readonly fields: readonly Field[];
  readonly values: Values;
  readonly onChange: (key: string, value: Value) => void;
  readonly faults: Readonly<Record<string, string>>;
  /** The configuration that is stored, as far as it is shown. */
  readonly stored: unknown;
}

/** The connection parameters; those that most people leave alone are folded until one of them is at fault. */
export function ParameterInputs({ fields, values, onChange, faults, stored }: ParameterInputsProps) {
  const [isUnfolded, setUnfolded] = useState(false);
  const foldId = useId();
  const plain = fields.filter(({ advanced }) => !advanced);
  const advanced = fields.filter((field) => field.advanced);
  const isOpen = isUnfolded || advanced.some(({ key }) => faults[parameterField(key)] !== undefined);
  const input = (field: Field, index: number, among: readonly Field[]) => (
    <div key={field.key} className={classes.field} data-width={widthOf(field, among[index + 1])}>
      <ParameterInput
        field={field}
        value={values[field.key] ?? ''}
        onChange={(value) => onChange(field.key, value)}
        error={faults[parameterField(field.key)]}
        isStored={hasStoredSecret(field, stored)}
      />
    </div>
  );
  return (
    <Stack gap="md">
      <div className={classes.fields}>{plain.map(input)}</div>
      {advanced.length > 0 && (
        <div>
          <Button
            variant="subtle"
            size="compact-sm"
            aria-expanded={isOpen}
            aria-controls={foldId}
            leftSection={isOpen ? <IconChevronUp size={15} /> : <IconChevronDown size={15} />}
            onClick={() => setUnfolded(!isOpen)}
          >
            Advanced
          </Button>
          <Collapse expanded={isOpen} id={foldId}>
            <div className={classes.fields} data-folded>
              {advanced.map(input)}
            </div>
          </Collapse>
        </div>
      )}
    </Stack>
  );
}

/** A port stands beside what comes before it; everything else has a line of its own. */
function widthOf({ valueType }: Field, next: Field | undefined): 'short' | 'shared' | 'whole' {
  if (valueType === 'PORT') return 'short';
  return next?.valueType === 'PORT' ? 'shared' : 'whole';
}
