/** One step that a connector's test takes, as its template lists it. */
export interface ProbingMethod {
  readonly key: string;
  readonly label: string;
  readonly description: string | null;
}

/** What the server says about a step: its own code when it passed, the code of an error when it did not. */
export interface Diagnostic {
  readonly level: string;
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly field: string | null;
}

export type StepState = 'passed' | 'warning' | 'failed' | 'not-reached' | 'to-come';

export interface TestStep {
  readonly key: string;
  readonly label: string;
  readonly state: StepState;
  /** What happened, or what the step checks when nothing has. */
  readonly message: string | null;
  readonly hint: string | null;
  /** The code of the error of a failed step. */
  readonly errorCode: string | null;
}

/**
 * The steps of a test with what came of each. An error belongs to the first step that has not passed; what
 * belongs to no step follows as a remark of its own.
 */
export function testSteps(
  methods: readonly ProbingMethod[],
  diagnostics: readonly Diagnostic[],
): readonly TestStep[] {
  const byStep = new Map(diagnostics.map((one) => [one.code, one]));
  const error = diagnostics.find(isError);
  const failedAt = error && methods.find(({ key }) => !byStep.has(key));
  const steps = methods.map((method): TestStep => {
    const found = method === failedAt ? error : byStep.get(method.key);
    return found === undefined
      ? untouched(method, diagnostics.length > 0)
      : asStep(found, method.key, method.label);
  });
  const known = new Set<string>(methods.map(({ key }) => key));
  const remarks = diagnostics
    .filter((one) => !known.has(one.code) && !(one === error && failedAt !== undefined))
    .map((one, index) => asStep(one, `remark-${index}`, isError(one) ? 'Problem' : 'Remark'));
  return [...steps, ...remarks];
}

/** What is wrong with which parameter, by the parameter's key. */
export function faultyFields(diagnostics: readonly Diagnostic[]): Readonly<Record<string, string>> {
  const faulty = diagnostics.filter((one) => isError(one) && one.field !== null);
  return Object.fromEntries(faulty.map(({ field, message }) => [field, message]));
}

function asStep(found: Diagnostic, key: string, label: string): TestStep {
  const { message, hint, level } = found;
  const state = isError(found) ? 'failed' : level === 'WARNING' ? 'warning' : 'passed';
  return { key, label, state, message, hint, errorCode: isError(found) ? found.code : null };
}

function untouched({ key, label, description }: ProbingMethod, hasEnded: boolean): TestStep {
  const state = hasEnded ? 'not-reached' : 'to-come';
  return { key, label, state, message: description, hint: null, errorCode: null };
}

function isError({ level }: Diagnostic): boolean {
  return level === 'ERROR';
}
