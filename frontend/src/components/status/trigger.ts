/** Why a run came to be, in the order that filters list it. */
export const RUN_TRIGGERS = ['MANUAL', 'SCHEDULE', 'REGISTRATION'] as const;
export type RunTrigger = (typeof RUN_TRIGGERS)[number];

export const TRIGGER_LABELS: Readonly<Record<RunTrigger, string>> = {
  MANUAL: 'By hand',
  SCHEDULE: 'Schedule',
  REGISTRATION: 'Registration',
};
