import { CannotTell } from '../verdict';
import type { Resource } from './environment';
import { onceForText } from './once';
import { isJson } from './template';
import { Unknown } from './unknown';

/**
 * Readers of properties. A template may say a number or a boolean as text and one item where a list is expected: all of these mean the
 * same to CloudFormation, and so they do here. A value that only a deploy knows ends the check: {@link CannotTell}.
 */

/**
 * The value at a path such as `VersioningConfiguration.Status` or `Rules.0.Id`; undefined when there is none.
 *
 * @throws CannotTell when the path leads through something unknown.
 */
export function valueAt(resource: Resource, path: string): unknown {
  return within(resource, resource.properties, path);
}

/**
 * The value at a path within something that was read from the resource, such as one record of a list; undefined when there is none.
 *
 * @throws CannotTell when the path leads through something unknown.
 */
export function within(resource: Resource, whole: unknown, path: string): unknown {
  let value = whole;
  for (const step of stepsOf(path)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = ownAt(known(resource, path, value) as object, step);
  }
  return known(resource, path, value) ?? undefined;
}

interface Step {
  readonly name: string;
  readonly isIndex: boolean;
}

const stepsOf = onceForText((path): readonly Step[] =>
  path === '' ? [] : path.split('.').map((name) => ({ name, isIndex: /^\d+$/.test(name) })),
);

/** Never what every object or list of JavaScript has: a template may be made to ask for it. */
function ownAt(value: object, { name, isIndex }: Step): unknown {
  if (!isIndex && Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** A text; undefined when there is none or it is something else. */
export function textAt(resource: Resource, path: string): string | undefined {
  const value = valueAt(resource, path);
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
}

/** A number, also when written as text. */
export function numberAt(resource: Resource, path: string): number | undefined {
  return toNumber(valueAt(resource, path));
}

/** A boolean, also when written as text. */
export function flagAt(resource: Resource, path: string): boolean | undefined {
  return toFlag(valueAt(resource, path));
}

/** A list; one item stands for a list of one, nothing for an empty list. */
export function listAt(resource: Resource, path: string): readonly unknown[] {
  return toList(valueAt(resource, path));
}

/** {@link listAt}, of objects only. */
export function recordsAt(resource: Resource, path: string): readonly Readonly<Record<string, unknown>>[] {
  return itemsAt(resource, path, isJson) as readonly Readonly<Record<string, unknown>>[];
}

/** {@link listAt}, of texts only. */
export function textsAt(resource: Resource, path: string): readonly string[] {
  return itemsAt(resource, path, isText) as readonly string[];
}

/** Most lists hold nothing else, and are themselves the answer. */
function itemsAt(resource: Resource, path: string, is: (item: unknown) => boolean): readonly unknown[] {
  const list = listAt(resource, path);
  for (const item of list) known(resource, path, item);
  return list.every(is) ? list : list.filter(is);
}

function isText(item: unknown): item is string {
  return typeof item === 'string';
}

function known(resource: Resource, path: string, item: unknown): unknown {
  if (item instanceof Unknown) throw new CannotTell(`${resource.name}.${path}: ${item.reason}`);
  return item;
}

/** One or many as many. */
export function toList(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as readonly unknown[]) : [value];
}

/** A number, also when written as text. */
export function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : undefined;
}

/** A boolean, also when written as text. */
export function toFlag(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  return value === 'true' ? true : value === 'false' ? false : undefined;
}

/** A value as a finding shows it: short, and `absent` for none. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return 'absent';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
