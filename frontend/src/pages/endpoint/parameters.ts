export interface Fact {
  readonly key: string;
  readonly label: string;
  readonly value: string;
}

interface Named {
  readonly key: string;
  readonly label: string;
}

/** The connection parameters that are stored, as people read them, in the order of the connector's form. */
export function parameterFacts(config: unknown, fields: readonly Named[]): readonly Fact[] {
  const parameters = isRecord(config) && isRecord(config.parameters) ? config.parameters : {};
  const labels = new Map(fields.map(({ key, label }) => [key, label]));
  const keys = [...labels.keys(), ...Object.keys(parameters).filter((key) => !labels.has(key))];
  return keys
    .filter((key) => parameters[key] !== undefined && parameters[key] !== null)
    .map((key) => ({ key, label: labels.get(key) ?? key, value: valueWords(parameters[key]) }));
}

function valueWords(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(', ');
  return JSON.stringify(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
