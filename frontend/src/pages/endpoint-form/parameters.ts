import type { ConnectorFragment } from './endpoint-form.generated';

export type Field = ConnectorFragment['fields'][number];
/** What a field of the form holds: text for most, also for numbers and JSON while they are typed. */
export type Value = string | boolean | readonly string[];
export type Values = Readonly<Record<string, Value>>;

/** Stands for a stored secret: it is shown in its place, and keeps it when it is sent. */
export const MASK = '********';
const PORT_MAX = 65535;

/** What the form shows at first: what is stored, else the defaults. */
export function initialValues(fields: readonly Field[], stored: unknown): Values {
  const parameters = storedParameters(stored);
  return Object.fromEntries(
    fields.map((field) => [field.key, asValue(field, parameters?.[field.key], parameters === null)]),
  );
}

/** The parameters to send: as the connector takes them, without what was left empty. */
export function toParameters(fields: readonly Field[], values: Values): Readonly<Record<string, unknown>> {
  const given = fields.filter(({ key }) => !isNothing(values[key]));
  return Object.fromEntries(given.map((field) => [field.key, asParameter(field, values[field.key])]));
}

/** What is wrong with the values before anybody is asked, by the field's key. */
export function findFaults(fields: readonly Field[], values: Values): Readonly<Record<string, string>> {
  const faults = fields.map((field) => [field.key, faultOf(field, values[field.key])] as const);
  return Object.fromEntries(faults.filter((fault): fault is readonly [string, string] => fault[1] !== null));
}

/** The same text for the same connection: whether a test was of exactly these values. */
export function fingerprint(connectorId: string, parameters: Readonly<Record<string, unknown>>): string {
  return JSON.stringify([connectorId, Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** Whether a secret is stored for the field. */
export function hasStoredSecret(field: Field, stored: unknown): boolean {
  return field.sensitive && storedParameters(stored)?.[field.key] === MASK;
}

function storedParameters(config: unknown): Readonly<Record<string, unknown>> | null {
  if (!isRecord(config) || !isRecord(config.parameters)) return null;
  return config.parameters;
}

function asValue({ valueType, defaultValue }: Field, stored: unknown, isNew: boolean): Value {
  if (valueType === 'LIST') return Array.isArray(stored) ? stored.map(String) : [];
  if (valueType === 'BOOLEAN') return typeof stored === 'boolean' ? stored : defaultValue === 'true';
  if (stored === undefined || stored === null) {
    // an ENUM always shows what is in force; an empty text field of an edited endpoint was left empty
    return isNew || valueType === 'ENUM' || valueType === 'PORT' ? (defaultValue ?? '') : '';
  }
  if (valueType === 'JSON') return JSON.stringify(stored, null, 2);
  return typeof stored === 'string' ? stored : JSON.stringify(stored);
}

function asParameter({ valueType }: Field, value: Value | undefined): unknown {
  if (typeof value !== 'string') return value;
  switch (valueType) {
    case 'INTEGER':
    case 'PORT':
      return isInteger(value) ? Number(value) : value;
    case 'JSON':
      return isJson(value) ? JSON.parse(value) : value;
    case 'HOSTNAME':
    case 'URL':
      return value.trim();
    default:
      return value;
  }
}

function faultOf(field: Field, value: Value | undefined): string | null {
  if (isNothing(value)) return field.required ? `${field.label} is needed.` : null;
  if (typeof value !== 'string') return null;
  switch (field.valueType) {
    case 'INTEGER':
      return isInteger(value) ? null : 'Must be a whole number.';
    case 'PORT':
      return isInteger(value) && Number(value) >= 1 && Number(value) <= PORT_MAX
        ? null
        : `Must be a whole number from 1 to ${PORT_MAX}.`;
    case 'JSON':
      return isJson(value) ? null : 'Must be JSON.';
    default:
      return null;
  }
}

function isNothing(value: Value | undefined): boolean {
  if (typeof value === 'string') return value.trim() === '';
  return value === undefined || (Array.isArray(value) && value.length === 0);
}

function isInteger(text: string): boolean {
  return /^\s*-?\d{1,15}\s*$/.test(text);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
