import type { RunStatus } from '@/components/status';
import { counted } from '@/lib/numbers';
import { clockTime, weekdayAndTime } from '@/lib/time';
import type { OverviewQuery, RecentChangesQuery, UpcomingRunsQuery } from './overview.generated';

type Failing = OverviewQuery['overview']['failing'][number];
type FailingRun = Failing['runs'][number];
type Change = RecentChangesQuery['latest']['nodes'][number];
type Upcoming = UpcomingRunsQuery['upcomingRuns'][number];

/** The run that a collection fails by: its newest that read, or tried to. Newer ones may wait or run. */
export function failedRunOf({ runs }: Failing): FailingRun | undefined {
  return runs.find(({ status }) => status === 'FAILED' || status === 'PARTIAL') ?? runs[0];
}

/** Why a run failed, in a sentence; null when it left no word. */
export function whyOf({ error, stats }: Pick<FailingRun, 'error' | 'stats'>): string | null {
  if (error !== null) return error;
  return stats !== null && stats.failed > 0 ? `${counted(stats.failed, 'object')} could not be read.` : null;
}

/** Changes that are shown as one: the same happened to several datasets in one run. */
export interface ChangeGroup {
  readonly first: Change;
  readonly count: number;
  /** The datasets' names, each once. */
  readonly names: readonly string[];
}

/** At most `limit` groups: every breaking change alone and first, then the latest of each run and kind. */
export function groupChanges(
  breaking: readonly Change[],
  latest: readonly Change[],
  limit: number,
): readonly ChangeGroup[] {
  const groups = new Map<string, Change[]>();
  for (const change of breaking) groups.set(`breaking ${change.id}`, [change]);
  for (const change of latest) {
    if (change.isBreaking) continue;
    const key = `${change.runId} ${change.dataset.sourceEndpoint.id} ${change.kind}`;
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return [...groups.values()].slice(0, limit).flatMap((changes) => {
    const [first] = changes;
    const names = [...new Set(changes.map(({ dataset }) => dataset.displayName))];
    return first === undefined ? [] : [{ first, count: changes.length, names }];
  });
}

/** The next fire of each collection, the soonest first; at most `limit`. */
export function nextOfEach(upcoming: readonly Upcoming[], limit: number): readonly Upcoming[] {
  const first = new Map<string, Upcoming>();
  for (const fire of upcoming) if (!first.has(fire.collectionId)) first.set(fire.collectionId, fire);
  return [...first.values()].slice(0, limit);
}

const HALF_DAY = 43_200_000;

/** When a schedule fires: the time of day, with the day when that is more than half a day away. */
export function fireTime(at: string, now: number): string {
  return Date.parse(at) - now < HALF_DAY ? clockTime(at) : weekdayAndTime(at);
}

type Counts = OverviewQuery['overview']['last24h'];

/** How many runs have one of `statuses`. */
export function countOf(counts: Counts, ...statuses: readonly RunStatus[]): number {
  return counts.reduce((sum, { status, count }) => sum + (statuses.includes(status) ? count : 0), 0);
}
