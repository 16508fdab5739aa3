import type { ApiError } from '@/api/errors';

/**
 * What the server says of one field, in one text; null when it has nothing against it. A path counts by its last
 * part: `cron` and `input.scheduleCron` are asked for as `['cron', 'scheduleCron']`.
 */
export function fieldError(error: ApiError | undefined, names: readonly string[]): string | null {
  const fields = error?.extra.fields;
  if (typeof fields !== 'object' || fields === null) return null;
  const found = Object.entries(fields).flatMap(([path, sentences]) =>
    names.includes(path.slice(path.lastIndexOf('.') + 1)) && Array.isArray(sentences) ? sentences : [],
  );
  return found.length === 0 ? null : found.join(' ');
}
