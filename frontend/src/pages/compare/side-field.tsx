import { Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { localOf, momentOf } from '@/lib/moments';
import { dayAndTime, viewerZone } from '@/lib/time';
import type { ComparableRunsQuery } from './compare.generated';
import { runLabel, type Side } from './state';

type Run = ComparableRunsQuery['collectionRuns'][number];

const NOW = 'now';
const MOMENT = 'moment';

interface SideFieldProps {
  readonly label: string;
  readonly side: Side;
  readonly onChange: (side: Side) => void;
  readonly runs: readonly Run[];
  /** The moment that the server took the run for, when it is not among `runs`. */
  readonly answered: string | undefined;
  /** Whether it may be now: the present, which nothing has to be chosen for. */
  readonly canBeNow?: boolean;
  /** What is wrong with it. */
  readonly error?: string | undefined;
}

/** One side of a comparison: what a run left behind, or a moment. */
export function SideField(props: SideFieldProps) {
  const { label, side, onChange, runs, answered, canBeNow = false, error } = props;
  const isMoment = side.run === '' && side.moment !== null;
  const listed = runs.map((run) => ({ value: run.id, label: runLabel(run) }));
  const isUnlisted = side.run !== '' && !runs.some(({ id }) => id === side.run);
  const unlisted = {
    value: side.run,
    label: answered === undefined ? 'A run' : dayAndTime(answered),
  };
  const choose = (value: string | null) => {
    if (value === null) return;
    if (value === NOW) onChange({ run: '', moment: null });
    else if (value === MOMENT)
      onChange({ run: '', moment: answered ?? new Date(Date.now() - 86_400_000).toISOString() });
    else onChange({ run: value, moment: null });
  };
  return (
    <>
      <Select
        label={label}
        placeholder="Choose a run or a moment"
        w={290}
        maxDropdownHeight={320}
        searchable
        allowDeselect={false}
        data={[
          ...(canBeNow ? [{ value: NOW, label: 'Now' }] : []),
          { value: MOMENT, label: 'A moment…' },
          { group: 'Runs', items: isUnlisted ? [unlisted, ...listed] : listed },
        ]}
        value={isMoment ? MOMENT : side.run || (canBeNow ? NOW : null)}
        onChange={choose}
        nothingFoundMessage="No run matches"
        error={error}
      />
      {isMoment && (
        <MomentField
          key={side.moment}
          label={label}
          moment={side.moment ?? ''}
          onChange={(moment) => onChange({ run: '', moment })}
        />
      )}
    </>
  );
}

interface MomentFieldProps {
  readonly label: string;
  readonly moment: string;
  readonly onChange: (moment: string) => void;
}

/** A date and a time; passed on when the field is left, so that half a date asks nothing. */
function MomentField({ label, moment, onChange }: MomentFieldProps) {
  const [typed, setTyped] = useState(localOf(moment));
  const chosen = momentOf(typed);
  const pass = () => {
    if (chosen !== null && typed !== localOf(moment)) onChange(chosen);
  };
  return (
    <TextInput
      type="datetime-local"
      label={`${label}: date and time`}
      title={viewerZone()}
      w={210}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={pass}
      onKeyDown={(event) => event.key === 'Enter' && pass()}
      error={chosen === null && 'Give a date and a time.'}
    />
  );
}
