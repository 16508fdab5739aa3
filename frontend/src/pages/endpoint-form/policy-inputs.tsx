import { Button, Card, Collapse, Group, Text, TextInput, Title } from '@mantine/core';
import { useId, useState } from 'react';
import { IconChevronDown, IconChevronUp } from '@/components/icons';
import classes from './endpoint-form.module.css';
import { isPolicyGiven, POLICY_FIELDS, type PolicyTexts, policyField } from './policy';

interface PolicyInputsProps {
  readonly policy: PolicyTexts;
  readonly onChange: (change: Partial<PolicyTexts>) => void;
  readonly faults: Readonly<Record<string, string>>;
}

/** How the endpoint is collected; folded while everything is as usual, unless something is at fault. */
export function PolicyInputs({ policy, onChange, faults }: PolicyInputsProps) {
  const [isUnfolded, setUnfolded] = useState(() => isPolicyGiven(policy));
  const foldId = useId();
  const isOpen = isUnfolded || POLICY_FIELDS.some(({ key }) => faults[policyField(key)] !== undefined);
  return (
    <Card component="section" withBorder bg="var(--muster-surface)">
      <Group justify="space-between">
        <Title order={2} size="h5">
          Removals and load
        </Title>
        <Button
          variant="subtle"
          size="compact-sm"
          aria-expanded={isOpen}
          aria-controls={foldId}
          aria-label={isOpen ? 'Hide removals and load' : 'Show removals and load'}
          leftSection={isOpen ? <IconChevronUp size={15} /> : <IconChevronDown size={15} />}
          onClick={() => setUnfolded(!isOpen)}
        >
          {isOpen ? 'Hide' : 'Show'}
        </Button>
      </Group>
      <Text size="sm" c="dimmed">
        When removals wait for an administrator, and how gently the source is read. Most leave this alone.
      </Text>
      <Collapse expanded={isOpen} id={foldId}>
        <div className={classes.policy}>
          {POLICY_FIELDS.map(({ key, label, unit, hint, preset }) => (
            <TextInput
              key={key}
              name={policyField(key)}
              label={`${label} (${unit})`}
              description={hint}
              placeholder={preset === null ? 'As the server is set' : `${preset} unless you say otherwise`}
              classNames={{ wrapper: classes.number ?? '' }}
              inputMode="decimal"
              autoComplete="off"
              error={faults[policyField(key)]}
              value={policy[key]}
              onChange={(event) => onChange({ [key]: event.currentTarget.value })}
            />
          ))}
        </div>
      </Collapse>
    </Card>
  );
}
