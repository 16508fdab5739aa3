import { useAction } from '@/api/use-action';
import { changedDetails, type Details, newDetails } from './details';
import { RegisterEndpointDocument, UpdateEndpointDocument } from './endpoint-form.generated';
import { isPolicyGiven, type PolicyTexts, policyInput } from './policy';
import { refusedTest } from './refusals';

/** A connector with its parameters; null keeps what is stored. */
export type Config = Readonly<Record<string, unknown>> | null;

/** Registers an endpoint, or changes one that is there. Resolves with its id, undefined when it was refused. */
export function useSave() {
  const registration = useAction(RegisterEndpointDocument, {
    success: ({ registerEndpoint: { name } }) => `${name} registered; its first run begins`,
  });
  const update = useAction(UpdateEndpointDocument, {
    success: ({ updateEndpoint: { name } }) => `${name} saved`,
  });
  const error = registration.error ?? update.error;
  return {
    isBusy: registration.state === 'busy' || update.state === 'busy',
    error,
    /** The steps of the test that it failed with. */
    refusedSteps: error === undefined ? null : refusedTest(error),
    reset() {
      registration.reset();
      update.reset();
    },
    async register(details: Details, config: Config, policy: PolicyTexts) {
      const given = isPolicyGiven(policy) ? { policy: policyInput(policy) } : {};
      const answer = await registration.run({ input: { ...newDetails(details), config, ...given } });
      return answer?.registerEndpoint.id;
    },
    /** A `policy` that is null stays as it is. */
    async change(id: string, details: Details, config: Config, policy: PolicyTexts | null) {
      const patch = {
        ...changedDetails(details),
        ...(config !== null && { config }),
        ...(policy !== null && { policy: policyInput(policy) }),
      };
      return (await update.run({ id, patch }))?.updateEndpoint.id;
    },
  };
}
