import type { ApiError } from '@/api/errors';
import type { Diagnostic } from '@/components/endpoint/test-steps';

const POLICY_PATH = /^policy\.[^.]+/;
const PARAMETER_PATH = /^(?:config\.)?parameters\.([^.]+)/;

/**
 * What the server found wrong with the input, by the field of the form. Parameters are called by their key with
 * `parameter:` before it, the rest by their own name: `name`, `labels`, `sourceId`, `policy.removalMinimum`.
 */
export function refusedFields({ code, message, extra }: ApiError): Readonly<Record<string, string>> {
  if (code === 'E_DUPLICATE_SOURCE_ID') return { sourceId: message };
  if (code !== 'E_BAD_INPUT' || !isRecord(extra.fields)) return {};
  const faults = Object.entries(extra.fields).map(([path, sentences]) => [
    fieldName(path),
    Array.isArray(sentences) ? sentences.join(' ') : String(sentences),
  ]);
  return Object.fromEntries(faults);
}

/** The steps of the test that a refused registration or change came with. */
export function refusedTest({ code, extra }: ApiError): readonly Diagnostic[] | null {
  if (code !== 'E_CONN_TEST_FAILED' || !Array.isArray(extra.diagnostics)) return null;
  return extra.diagnostics as readonly Diagnostic[];
}

/** The name that a parameter has among the fields of the form. */
export function parameterField(key: string): string {
  return `parameter:${key}`;
}

function fieldName(path: string): string {
  const [, key] = PARAMETER_PATH.exec(path) ?? [];
  if (key !== undefined) return parameterField(key);
  return POLICY_PATH.exec(path)?.[0] ?? path.split('.')[0] ?? path;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
