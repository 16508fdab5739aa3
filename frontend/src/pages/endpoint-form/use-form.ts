import { useState } from 'react';
import { faultyFields } from '@/components/endpoint/test-steps';
import { type Details, initialDetails } from './details';
import type { ConnectorFragment, EditedEndpointQuery } from './endpoint-form.generated';
import { findFaults, fingerprint, initialValues, toParameters, type Value, type Values } from './parameters';
import { initialPolicy, type PolicyKey, type PolicyTexts, policyFaults, policyField } from './policy';
import { parameterField, refusedFields } from './refusals';
import { type TestOutcome, useConnectionTest } from './use-connection-test';
import { useSave } from './use-save';

export type EditedEndpoint = NonNullable<EditedEndpointQuery['endpoint']>;
type Faults = Readonly<Record<string, string>>;

/** What is typed, what is wrong with it, and what can be done with it. Null `connector`: there is none. */
export function useForm(connector: ConnectorFragment | null, endpoint: EditedEndpoint | null) {
  const fields = connector?.fields ?? [];
  const connectorId = connector?.id ?? '';
  const [initial] = useState(() => ({
    values: initialValues(fields, endpoint?.config ?? null),
    details: initialDetails(endpoint, connector?.defaultLabels ?? []),
    policy: initialPolicy(endpoint?.policy ?? null),
  }));
  const [values, setValues] = useState<Values>(initial.values);
  const [details, setDetails] = useState<Details>(initial.details);
  const [policy, setPolicy] = useState<PolicyTexts>(initial.policy);
  const isPolicyChanged = JSON.stringify(policy) !== JSON.stringify(initial.policy);
  const [localFaults, setLocalFaults] = useState<Faults>({});
  // what has been edited since the last attempt is not at fault any more
  const [edited, setEdited] = useState<ReadonlySet<string>>(new Set());
  const test = useConnectionTest();
  const save = useSave();

  const parameters = toParameters(fields, values);
  const present = fingerprint(connectorId, parameters);
  const isSameConnection =
    endpoint !== null && present === fingerprint(connectorId, toParameters(fields, initial.values));
  const outcome: TestOutcome | undefined =
    save.refusedSteps === null
      ? test.outcome
      : { isOk: false, diagnostics: save.refusedSteps, detectedVersion: null, fingerprint: present };
  const isTested = outcome?.isOk === true && outcome.fingerprint === present;

  const faults: Faults = Object.fromEntries(
    Object.entries({
      ...localFaults,
      ...asParameters(faultyFields(outcome?.diagnostics ?? [])),
      ...(test.error && refusedFields(test.error)),
      ...(save.error && refusedFields(save.error)),
    }).filter(([name]) => !edited.has(name)),
  );
  const attempt = (found: Faults): boolean => {
    setLocalFaults(found);
    setEdited(new Set());
    save.reset();
    return Object.keys(found).length === 0;
  };

  return {
    values,
    details,
    policy,
    faults,
    outcome,
    isTesting: test.isBusy,
    testError: test.error,
    save,
    isOutdated: outcome !== undefined && outcome.fingerprint !== present,
    isDirty:
      isPolicyChanged ||
      JSON.stringify([values, details]) !== JSON.stringify([initial.values, initial.details]),
    /** Why it cannot be saved; null when it can. */
    saveRefusal: isSameConnection || isTested || connector === null ? null : refusal(outcome),
    setValue(key: string, value: Value) {
      setValues((before) => ({ ...before, [key]: value }));
      setEdited((before) => new Set(before).add(parameterField(key)));
    },
    changeDetails(change: Partial<Details>) {
      setDetails((before) => ({ ...before, ...change }));
      setEdited((before) => new Set([...before, ...Object.keys(change)]));
    },
    changePolicy(change: Partial<PolicyTexts>) {
      setPolicy((before) => ({ ...before, ...change }));
      const names = (Object.keys(change) as PolicyKey[]).map(policyField);
      setEdited((before) => new Set([...before, ...names]));
    },
    async runTest() {
      if (!attempt(asParameters(findFaults(fields, values)))) return;
      await test.run({ connectorId, parameters, endpointId: endpoint?.id ?? null });
    },
    /** The id of the saved endpoint; undefined when it was refused. */
    async runSave(): Promise<string | undefined> {
      const isNamed = details.name.trim() !== '';
      const found = { ...(!isNamed && { name: 'Name is needed.' }), ...policyFaults(policy) };
      if (!attempt(found)) return undefined;
      const config = isSameConnection || connector === null ? null : { templateId: connectorId, parameters };
      return endpoint === null
        ? save.register(details, config, policy)
        : save.change(endpoint.id, details, config, isPolicyChanged ? policy : null);
    },
  };
}

function refusal(outcome: TestOutcome | undefined): string {
  if (outcome === undefined) return 'Test the connection first.';
  return outcome.isOk
    ? 'The values have changed since the test: test them again.'
    : 'The connection test failed.';
}

function asParameters(faults: Faults): Faults {
  return Object.fromEntries(Object.entries(faults).map(([key, message]) => [parameterField(key), message]));
}
