/** How often a schedule fires, as people say it. */
export const CADENCES = ['manual', 'minutes', 'hourly', 'daily', 'weekdays', 'weekly', 'cron'] as const;
export type Cadence = (typeof CADENCES)[number];

export const CADENCE_LABELS: Record<Cadence, string> = {
  manual: 'Only by hand',
  minutes: 'Every few minutes',
  hourly: 'Every hour',
  daily: 'Every day',
  weekdays: 'Every weekday (Monday to Friday)',
  weekly: 'Every week',
  cron: 'Custom (cron)',
};

/** Divisors of an hour, so that the distance between two fires is always the same. */
export const MINUTE_STEPS = ['5', '10', '15', '20', '30'] as const;
export const WEEKDAYS = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const;

/** What the schedule editor holds: every field keeps its value while another cadence is looked at. */
export interface Plan {
  readonly cadence: Cadence;
  /** Minutes between fires, for `minutes`. */
  readonly every: string;
  /** The minute of the hour, for `hourly`. */
  readonly minute: number;
  /** `HH:MM`, for `daily`, `weekdays` and `weekly`. */
  readonly time: string;
  /** 0 (Sunday) to 6, for `weekly`. */
  readonly day: number;
  /** For `cron`, as it was typed. */
  readonly cron: string;
}

export const NEW_PLAN: Plan = {
  cadence: 'daily',
  every: '15',
  minute: 0,
  time: '02:30',
  day: 1,
  cron: '',
};

const ALIASES: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
};

/** The plan that a stored schedule is; what no preset says is `cron`. */
export function planOf(scheduleCron: string | null): Plan {
  if (scheduleCron === null) return { ...NEW_PLAN, cadence: 'manual' };
  return { ...NEW_PLAN, ...presetOf(ALIASES[scheduleCron] ?? scheduleCron), cron: scheduleCron };
}

function presetOf(cron: string): Partial<Plan> {
  const [minute = '', hour = '', dayOfMonth, month, day = '', ...more] = cron.trim().split(/\s+/);
  const isEveryDate = dayOfMonth === '*' && month === '*' && more.length === 0;
  if (!isEveryDate) return { cadence: 'cron' };
  if (hour === '*' && day === '*') {
    const every = MINUTE_STEPS.find((step) => minute === `*/${step}`);
    if (every !== undefined) return { cadence: 'minutes', every };
    return isUpTo(minute, 59) ? { cadence: 'hourly', minute: Number(minute) } : { cadence: 'cron' };
  }
  if (!isUpTo(minute, 59) || !isUpTo(hour, 23)) return { cadence: 'cron' };
  const time = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  if (day === '*') return { cadence: 'daily', time };
  if (day === '1-5') return { cadence: 'weekdays', time };
  return isUpTo(day, 7) ? { cadence: 'weekly', time, day: Number(day) % 7 } : { cadence: 'cron' };
}

function isUpTo(text: string, most: number): boolean {
  return /^\d{1,2}$/.test(text) && Number(text) <= most;
}

/** The cron text of a plan; null: by hand only. `''` while nothing sensible has been entered. */
export function cronOf({ cadence, every, minute, time, day, cron }: Plan): string | null {
  const clock = /^(\d{1,2}):(\d{2})/.exec(time);
  const at = clock && `${Number(clock[2])} ${Number(clock[1])}`;
  switch (cadence) {
    case 'manual':
      return null;
    case 'minutes':
      return `*/${every} * * * *`;
    case 'hourly':
      return `${minute} * * * *`;
    case 'daily':
      return at ? `${at} * * *` : '';
    case 'weekdays':
      return at ? `${at} * * 1-5` : '';
    case 'weekly':
      return at ? `${at} * * ${day}` : '';
    case 'cron':
      return cron.trim();
  }
}

/** The plan with another cadence; whoever turns to cron finds there what was chosen before. */
export function withCadence(plan: Plan, cadence: Cadence): Plan {
  return { ...plan, cadence, cron: cadence === 'cron' ? (cronOf(plan) ?? plan.cron) : plan.cron };
}
