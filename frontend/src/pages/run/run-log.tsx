import { Button, Group, Select, Switch, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { ErrorNote } from '@/components/error-note';
import { counted } from '@/lib/numbers';
import { exactTime } from '@/lib/time';
import { oneOf, useUrlState } from '@/lib/url-state';
import { fieldsText, type LogLine } from './log-lines';
import classes from './run.module.css';
import { useRunLog } from './use-run-log';

const LEVELS = ['DEBUG', 'INFO', 'WARNING', 'ERROR'] as const;
const LEVEL_LABELS = { DEBUG: 'Debug', INFO: 'Info', WARNING: 'Warnings', ERROR: 'Errors' } as const;
const FIELDS = { level: oneOf(LEVELS) };
const TIME = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

interface RunLogProps {
  readonly runId: string;
  readonly isActive: boolean;
}

/** A run's log, oldest first; while the run goes on, new lines appear at its end. */
export function RunLog({ runId, isActive }: RunLogProps) {
  const [{ level }, change] = useUrlState(FIELDS);
  const [isFollowing, setFollowing] = useState(true);
  return (
    <>
      <Group justify="space-between" mb="xs">
        <Select
          aria-label="Level of the log lines"
          size="xs"
          w={150}
          placeholder="All levels"
          clearable
          data={LEVELS.map((value) => ({ value, label: LEVEL_LABELS[value] }))}
          value={level}
          onChange={(value) => change({ level: LEVELS.find((one) => one === value) ?? null })}
        />
        {isActive && (
          <Switch
            size="sm"
            label="Follow"
            checked={isFollowing}
            onChange={(event) => setFollowing(event.currentTarget.checked)}
          />
        )}
      </Group>
      <Lines
        key={`${runId} ${level}`}
        runId={runId}
        level={level}
        isActive={isActive}
        isFollowing={isActive && isFollowing}
      />
    </>
  );
}

interface LinesProps extends RunLogProps {
  readonly level: string | null;
  readonly isFollowing: boolean;
}

function Lines({ runId, level, isActive, isFollowing }: LinesProps) {
  const { lines, isAtEnd, isLoading, error, more } = useRunLog(runId, level, isActive);
  const box = useRef<HTMLElement>(null);
  const length = lines.length;
  useEffect(() => {
    if (isFollowing && length > 0) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [isFollowing, length]);
  const isEmpty = length === 0 && error === undefined;
  return (
    <>
      {error !== undefined && !error.isUnreachable && <ErrorNote error={error} onRetry={more} />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section ref={box} className={classes.log} tabIndex={0} aria-label="Log lines" aria-busy={isLoading}>
        {isEmpty && (
          <Text c="dimmed" size="sm" p="sm">
            {emptyText(isLoading, level !== null, isActive)}
          </Text>
        )}
        <ol className={classes.lines}>
          {lines.map((line) => (
            <Line key={line.id} line={line} />
          ))}
        </ol>
      </section>
      <Group justify="space-between" mt={6} mih={26}>
        <Text size="xs" c="dimmed">
          {length > 0 && (isAtEnd ? counted(length, 'line') : `The first ${counted(length, 'line')}`)}
        </Text>
        {!isAtEnd && length > 0 && (
          <Button size="compact-xs" variant="default" onClick={more}>
            Load more
          </Button>
        )}
      </Group>
    </>
  );
}

function Line({ line: { at, level, message, fields } }: { readonly line: LogLine }) {
  const details = fieldsText(fields);
  return (
    <li className={classes.line} data-level={level}>
      <time dateTime={at} title={exactTime(at)}>
        {TIME.format(new Date(at))}
      </time>
      <span className={classes.level}>{level}</span>
      <span className={classes.message}>
        <bdi>{message}</bdi>
        {details && (
          <Text span c="dimmed" inherit>
            {' '}
            <bdi>{details}</bdi>
          </Text>
        )}
      </span>
    </li>
  );
}

function emptyText(isLoading: boolean, isFiltered: boolean, isActive: boolean): string {
  if (isLoading) return 'Reading the log…';
  if (isFiltered) return 'No line of this level.';
  return isActive ? 'Lines appear here as they are written.' : 'This run has written no log.';
}
