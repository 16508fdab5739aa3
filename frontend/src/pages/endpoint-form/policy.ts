import type { EndpointPolicyInput } from './endpoint-form.generated';

export type PolicyKey = keyof EndpointPolicyInput;
/** What the fields hold while they are typed; an empty one leaves it to the default. */
export type PolicyTexts = Readonly<Record<PolicyKey, string>>;
/** What is in force; null leaves it to the server's settings. */
export type Policy = Readonly<Record<PolicyKey, number | null>>;

interface PolicyField {
  readonly key: PolicyKey;
  readonly label: string;
  readonly unit: string;
  readonly hint: string;
  /** What an empty field stands for; null: what the server is set to. */
  readonly preset: number | null;
  readonly min: number;
  readonly max: number;
  readonly isWhole: boolean;
}

/** How an endpoint is collected, as far as it can be said for each one. */
export const POLICY_FIELDS: readonly PolicyField[] = [
  {
    key: 'removalSharePercent',
    label: 'Hold removals above',
    unit: '%',
    hint: 'When one run finds a larger share of the datasets gone, nothing is removed before an administrator agrees.',
    preset: 10,
    min: 0,
    max: 100,
    isWhole: false,
  },
  {
    key: 'removalMinimum',
    label: 'But only from',
    unit: 'datasets',
    hint: 'Fewer than this are removed whatever their share, so that small sources do not ask all the time.',
    preset: 10,
    min: 1,
    max: 1_000_000,
    isWhole: true,
  },
  {
    key: 'sourcePauseMs',
    label: 'Pause between statements',
    unit: 'ms',
    hint: 'Leaves a busy source room to breathe; the run takes longer.',
    preset: null,
    min: 0,
    max: 60_000,
    isWhole: true,
  },
  {
    key: 'statementSeconds',
    label: 'Time limit of a statement',
    unit: 's',
    hint: 'What takes longer at the source is stopped, and the run fails.',
    preset: null,
    min: 1,
    max: 86_400,
    isWhole: true,
  },
  {
    key: 'fullPassHours',
    label: 'Full pass at least every',
    unit: 'hours',
    hint: 'A source that shows no sign of change is not read again before. 0: every run reads everything.',
    preset: null,
    min: 0,
    max: 8784,
    isWhole: true,
  },
];

/** The name that a field of the policy has among the fields of the form. */
export function policyField(key: PolicyKey): string {
  return `policy.${key}`;
}

/** What the form shows at first: nothing where the default is in force. */
export function initialPolicy(stored: Policy | null): PolicyTexts {
  const texts = POLICY_FIELDS.map(({ key, preset }) => {
    const value = stored?.[key] ?? null;
    return [key, value === null || value === preset ? '' : String(value)];
  });
  return Object.fromEntries(texts);
}

/** What is wrong with what was typed, by the names of the form's fields. */
export function policyFaults(texts: PolicyTexts): Readonly<Record<string, string>> {
  const faults = POLICY_FIELDS.flatMap((field) => {
    const fault = faultOf(field, texts[field.key].trim());
    return fault === null ? [] : [[policyField(field.key), fault]];
  });
  return Object.fromEntries(faults);
}

/** What to send; null sets the default. */
export function policyInput(texts: PolicyTexts): Policy {
  const values = POLICY_FIELDS.map(({ key }) => [key, texts[key].trim() === '' ? null : Number(texts[key])]);
  return Object.fromEntries(values);
}

/** Whether anything is other than the defaults. */
export function isPolicyGiven(texts: PolicyTexts): boolean {
  return POLICY_FIELDS.some(({ key }) => texts[key].trim() !== '');
}

function faultOf({ min, max, isWhole }: PolicyField, text: string): string | null {
  if (text === '') return null;
  const pattern = isWhole ? /^\d{1,9}$/ : /^\d{1,9}(\.\d{1,6})?$/;
  const value = Number(text);
  if (pattern.test(text) && value >= min && value <= max) return null;
  return `Must be a ${isWhole ? 'whole number' : 'number'} from ${min} to ${max.toLocaleString('en')}.`;
}
