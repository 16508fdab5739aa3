import { Text } from '@mantine/core';
import { costFigures, costSentence, readModeWords } from './reading';
import type { RunQuery } from './run.generated';
import classes from './run.module.css';
import { Section } from './section';

interface RunReadingProps {
  readonly run: NonNullable<RunQuery['collectionRun']>;
}

/** How the run read its source and what that has cost the source; nothing until it has. */
export function RunReading({ run: { readMode, sourceCost } }: RunReadingProps) {
  if (readMode === null && sourceCost === null) return null;
  const mode = readMode === null ? null : readModeWords(readMode);
  return (
    <Section title="Reading the source">
      {mode && (
        <Text size="sm" mb="xs" data-testid="run-read-mode" data-mode={readMode}>
          <strong>{mode.name}.</strong> {mode.line}
        </Text>
      )}
      {sourceCost && (
        <dl className={classes.facts} title={costSentence(sourceCost)} data-testid="run-source-cost">
          {costFigures(sourceCost).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <span className={classes.figure}>{value}</span>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Section>
  );
}
