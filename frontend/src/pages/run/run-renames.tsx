import { Title } from '@mantine/core';
import { useLive } from '@/api/use-live';
import { RenameSuggestions } from '@/components/rename-suggestions';
import { type RunQuery, RunRenamesDocument } from './run.generated';
import classes from './run.module.css';

const RARELY = { idleMs: 300_000 };

interface RunRenamesProps {
  readonly run: NonNullable<RunQuery['collectionRun']>;
}

/** What may have been renamed; nothing when nothing is like it. */
export function RunRenames({ run: { id, stats } }: RunRenamesProps) {
  const canHave = stats !== null && stats.added + stats.changed > 0;
  const live = useLive(RunRenamesDocument, { id }, { ...RARELY, enabled: canHave });
  const suggestions = live.data?.collectionRun?.renameSuggestions ?? [];
  if (!canHave || suggestions.length === 0) return null;
  return (
    <div className={classes.renames}>
      <Title order={3} size="h6">
        Maybe renamed
      </Title>
      <RenameSuggestions suggestions={suggestions} />
    </div>
  );
}
