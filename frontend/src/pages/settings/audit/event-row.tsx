import { ActionIcon, Anchor, Code, Group, Table, Text, useMatches } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { IconChevronDown, IconChevronRight } from '@/components/icons';
import { RelativeTime } from '@/components/relative-time';
import { Truncate } from '@/components/truncate';
import { exactTime } from '@/lib/time';
import { type AuditEvent, objectPath, type PropertyChange, propertyChanges } from './audit';
import classes from './audit.module.css';
import { OBJECT_WORDS, OUTCOME_LOOKS } from './words';

/** An event; what it changed unfolds below. */
export function EventRow({ event }: { readonly event: AuditEvent }) {
  const [isOpen, setOpen] = useState(false);
  const besideIt = useMatches({ base: 2, md: 5 });
  const { id, at, actor, role, action, outcome, errorCode } = event;
  const { label, icon: Icon, color } = OUTCOME_LOOKS[outcome];
  return (
    <>
      <Table.Tr data-testid="audit-row" data-outcome={outcome} data-action={action}>
        <Table.Td>
          <ActionIcon
            variant="subtle"
            size="sm"
            color="gray"
            aria-expanded={isOpen}
            aria-label={`Details of event ${id}`}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? <IconChevronDown size={16} /> : <IconChevronRight size={16} />}
          </ActionIcon>
        </Table.Td>
        <Table.Td visibleFrom="md">
          <RelativeTime at={at} />
        </Table.Td>
        <Table.Td visibleFrom="md">
          <Truncate>{actor}</Truncate>
          {role && (
            <Text size="xs" c="dimmed">
              {role}
            </Text>
          )}
        </Table.Td>
        <Table.Td>
          <Code className={classes.code}>{action}</Code>
          <Text size="xs" c="dimmed" hiddenFrom="md" component="div" mt={4}>
            <Truncate>{actor}</Truncate>
            <RelativeTime at={at} />
          </Text>
        </Table.Td>
        <Table.Td visibleFrom="md">
          <Target event={event} />
        </Table.Td>
        <Table.Td>
          <Group gap={6} wrap="nowrap">
            <Icon size={16} color={color} aria-hidden />
            <Text size="sm" c={color} fw={600}>
              {label}
            </Text>
          </Group>
          {errorCode && <Code className={classes.code}>{errorCode}</Code>}
        </Table.Td>
      </Table.Tr>
      {isOpen && (
        <Table.Tr className={classes.details}>
          <Table.Td />
          <Table.Td colSpan={besideIt}>
            <Details event={event} />
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}

function Target({ event }: { readonly event: AuditEvent }) {
  const { objectKind, objectId, objectName } = event;
  if (objectKind === null) return '–';
  const path = objectPath(event);
  const name = <Truncate>{objectName ?? objectId ?? 'Not registered'}</Truncate>;
  return (
    <>
      {path === null ? (
        name
      ) : (
        <Anchor component={Link} to={path} size="sm" display="block">
          {name}
        </Anchor>
      )}
      <Text size="xs" c="dimmed">
        {OBJECT_WORDS[objectKind]}
      </Text>
    </>
  );
}

function Details({ event }: { readonly event: AuditEvent }) {
  const { at, identity, address, objectId, before, after } = event;
  const facts = [
    ['At', exactTime(at)],
    ['Identity', identity],
    ['Address', address],
    ['Object', objectId],
  ] as const;
  const changes = propertyChanges(before, after);
  return (
    <>
      <dl className={classes.facts}>
        {facts.map(
          ([name, value]) =>
            value !== null && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
      {changes.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing changed.
        </Text>
      ) : (
        <ul className={classes.changes}>
          {changes.map((change) => (
            <Property key={change.name} change={change} />
          ))}
        </ul>
      )}
    </>
  );
}

function Property({ change: { name, before, after } }: { readonly change: PropertyChange }) {
  return (
    <li>
      <span className={classes.property}>{name}</span>
      <span className={classes.values}>
        {before !== undefined && <del>{before}</del>}
        {before !== undefined && after !== undefined && <span aria-hidden>→</span>}
        {after !== undefined && <ins>{after}</ins>}
      </span>
    </li>
  );
}
