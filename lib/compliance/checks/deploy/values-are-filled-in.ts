import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import type { Resource } from '../../model/environment';
import { leavesOf } from '../../model/leaves';
import { Unknown } from '../../model/unknown';

/** What stands in a template when a lookup was not made, a token not resolved, or an example not replaced. */
const PLACEHOLDERS =
  /\bdummy1[a-z]?\b|\bDUMMY\b|\$\{Token\[|<unresolved-token>|\[object Object\]|\bundefined\b(?=[:/])|^https:\/\/example\.com\/?$/;

/** Without one of these in it a resource has no placeholder: most have none, and need not be walked. */
const HINT = /dummy1|DUMMY|\$\{Token\[|unresolved-token|\[object Object\]|undefined|https:\/\/example\.com/;

/** A placeholder deploys, into the wrong zone or with somebody else's address, or fails late. */
export const valuesAreFilledIn: Check = {
  id: 'deploy/values-are-filled-in',
  claim: 'no value is a placeholder of a lookup that was not made, a token that was not resolved, or an address of nobody',
  citations: ['164.308(a)(8)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeEach(environment.all, '164.308(a)(8)', (resource) =>
      leavesOf(resource).texts.some((text) => HINT.test(text)) ? placeholdersIn(resource, resource.properties, '') : [],
    ),
};

function placeholdersIn(resource: Resource, value: unknown, path: string): readonly Fault[] {
  if (typeof value === 'string') return PLACEHOLDERS.test(value) ? [{ property: path, value, expected: 'the real value' }] : [];
  // Whether a reference leads anywhere is judged by deploy/references-resolve.
  if (typeof value !== 'object' || value === null || value instanceof Unknown) return [];
  return Object.entries(value).flatMap(([key, item]) => placeholdersIn(resource, item, path === '' ? key : `${path}.${key}`));
}
