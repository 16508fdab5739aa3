import { toast } from '../toast';
import type { Diagnostic } from './test-steps';

/** Says at the edge of the window how a connection test ended. */
export function toastTest(isOk: boolean, diagnostics: readonly Diagnostic[]): void {
  if (isOk) toast.success('Connection test passed');
  else toast.error('Connection test failed', diagnostics.find(({ level }) => level === 'ERROR')?.code);
}
