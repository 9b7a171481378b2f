import type { Resource } from '../assembly';

/** Value at a dotted path below the properties; `undefined` where the path ends early. */
export function property(resource: Resource, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), resource.Properties);
}

/** Length of the list at the path; `undefined` where there is no list, as for a value known only after a deploy. */
export function listLength(resource: Resource, path: string): number | undefined {
  const value = property(resource, path);
  return Array.isArray(value) ? value.length : undefined;
}

/** The number at the path, also where the template writes it as text; `undefined` otherwise. */
export function numberAt(resource: Resource, path: string): number | undefined {
  const value = property(resource, path);
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** Whether the JSON of the properties contains a text. For choices that sit at varying depth, such as an event selector. */
export function mentions(resource: Resource, text: string): boolean {
  return JSON.stringify(resource.Properties ?? {}).includes(text);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
