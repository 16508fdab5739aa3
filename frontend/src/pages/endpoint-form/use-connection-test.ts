import { useState } from 'react';
import type { ApiError } from '@/api/errors';
import { useAction } from '@/api/use-action';
import type { Diagnostic } from '@/components/endpoint/test-steps';
import { toastTest } from '@/components/endpoint/toast-test';
import { TestConnectionDocument } from './endpoint-form.generated';
import { fingerprint } from './parameters';

/** A connection to try, with the endpoint whose stored secrets fill the masked ones. */
export interface Connection {
  readonly connectorId: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly endpointId: string | null;
}

export interface TestOutcome {
  readonly isOk: boolean;
  readonly diagnostics: readonly Diagnostic[];
  readonly detectedVersion: string | null;
  /** Of what it was the test. */
  readonly fingerprint: string;
}

export interface ConnectionTest {
  readonly run: (connection: Connection) => Promise<TestOutcome | undefined>;
  readonly isBusy: boolean;
  /** Why there was no test. */
  readonly error: ApiError | undefined;
  readonly outcome: TestOutcome | undefined;
}

/** Tries connections, and remembers what came of the last one. */
export function useConnectionTest(): ConnectionTest {
  const [outcome, setOutcome] = useState<TestOutcome>();
  const action = useAction(TestConnectionDocument);
  const run = async (connection: Connection) => {
    const { connectorId, parameters, endpointId } = connection;
    setOutcome(undefined);
    const answer = await action.run({ input: { endpointId, templateId: connectorId, parameters } });
    if (answer === undefined) return undefined;
    const { ok, diagnostics, detectedVersion } = answer.testEndpoint;
    toastTest(ok, diagnostics);
    const found = {
      isOk: ok,
      diagnostics,
      detectedVersion,
      fingerprint: fingerprint(connectorId, parameters),
    };
    setOutcome(found);
    return found;
  };
  return { run, isBusy: action.state === 'busy', error: action.error, outcome };
}
