import { stableNames } from '../compliance/access/names';
import type { EnvironmentModel } from '../compliance/model/environment';
import { isJson } from '../compliance/model/template';
import type { Entry, EnvironmentPair } from './entry';
import { say, type Phrase } from './phrase';

/** Template metadata key of the register, as `lib/shared/accept-finding.ts` writes it. */
const METADATA = 'AcceptedFindings';

/** A release cycle's notice: time enough to review the reason again, or to mend what it excuses. */
const DAYS_OF_NOTICE = 30;

const FIELDS = ['citation', 'because', 'insteadWe', 'owner', 'approver', 'approvedOn'] as const;

/** One exception, of our checks or of the published pack. */
interface Exception {
  readonly name: string;
  readonly expiresOn: string;
  readonly record: Readonly<Record<string, unknown>>;
}

/** Exceptions added, changed, extended, removed, at fault, expired or about to expire: 164.306(d)(3). */
export function exceptionEntries(pair: EnvironmentPair): readonly Entry[] {
  const [before, after] = [exceptionsOf(pair.base), exceptionsOf(pair.head)];
  return [
    ...[...after].flatMap(([key, now]) => {
      const was = before.get(key);
      return [...(was ? changesOf(was, now) : [added(now)]), ...expiryOf(now, pair.today)];
    }),
    ...[...before].filter(([key]) => !after.has(key)).map(([, { name }]) => entry('exception-removed', 'tells', say`${name} is taken out`)),
    ...newFaults(pair),
  ];
}

function entry(kind: string, weight: Entry['weight'], text: Phrase, details: readonly Phrase[] = []): Entry {
  return { kind, weight, text, details };
}

/** By what they are about. What is no record is an exception too, by its own text: nothing in the register goes unread. */
function exceptionsOf(environment: EnvironmentModel): ReadonlyMap<string, Exception> {
  const names = stableNames(environment);
  const found = new Map<string, Exception>();
  for (const resource of environment.all) {
    const list = resource.metadata[METADATA];
    for (const item of list === undefined ? [] : Array.isArray(list) ? (list as readonly unknown[]) : [list]) {
      const record = isJson(item) ? item : { rule: JSON.stringify(item) };
      const property = textOf(record, 'property');
      const name = `${textOf(record, 'rule') || 'no rule'} on ${names.of(resource)}${property === '' ? '' : ` ${property}`}`;
      let key = name;
      while (found.has(key)) key += ' again';
      found.set(key, { name: key, expiresOn: textOf(record, 'expiresOn'), record });
    }
  }
  return found;
}

function textOf(record: Exception['record'], field: string): string {
  const value = record[field];
  return value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
}

function added({ name, expiresOn, record }: Exception): Entry {
  const reason = say`${textOf(record, 'citation')}: ${textOf(record, 'because')} Instead: ${textOf(record, 'insteadWe')}`;
  const people = say`owner ${textOf(record, 'owner')}, approved by ${textOf(record, 'approver')}, review by ${expiresOn || 'no day'}`;
  return entry('exception-added', 'asks', say`${name} is newly accepted`, [reason, people]);
}

function changesOf(was: Exception, now: Exception): readonly Entry[] {
  const changed = FIELDS.filter((field) => textOf(was.record, field) !== textOf(now.record, field));
  const details = changed.map((field) => say`${field}: ${textOf(was.record, field)} becomes ${textOf(now.record, field)}`);
  const days = say`${now.name} is to be reviewed by ${now.expiresOn || 'no day'}, not ${was.expiresOn || 'no day'}`;
  const isExtended = now.expiresOn > was.expiresOn || now.expiresOn === '';
  return [
    ...(details.length > 0 ? [entry('exception-changed', 'asks', say`${now.name} is accepted on other grounds`, details)] : []),
    ...(now.expiresOn === was.expiresOn
      ? []
      : [entry(isExtended ? 'exception-extended' : 'exception-shortened', isExtended ? 'asks' : 'tells', days)]),
  ];
}

function expiryOf({ name, expiresOn }: Exception, today: string): readonly Entry[] {
  const left = (Date.parse(expiresOn) - Date.parse(today)) / (24 * 60 * 60 * 1000);
  if (Number.isNaN(left)) return [entry('exception-endless', 'asks', say`${name} has no day of review`)];
  if (left <= 0) return [entry('exception-expired', 'stops', say`${name} expired on ${expiresOn}`)];
  return left <= DAYS_OF_NOTICE ? [entry('exception-expires', 'tells', say`${name} expires on ${expiresOn}`)] : [];
}

/** Exceptions of our checks that are at fault and were not; a day that has passed is said above. */
function newFaults({ base, head, before, after }: EnvironmentPair): readonly Entry[] {
  const sentences = (model: EnvironmentModel, { exceptionFaults }: EnvironmentPair['before']): ReadonlyMap<string, Phrase> =>
    new Map(
      exceptionFaults
        .filter(({ fault }) => !/^expired on |^has no day of review$/.test(fault))
        .map(({ stack, logicalId, rule, fault }) => {
          const at = model.all.find((resource) => resource.stack === stack && resource.logicalId === logicalId);
          const name = at ? stableNames(model).of(at) : logicalId;
          return [`${rule} ${name} ${fault}`, say`${rule} on ${name} ${fault}`];
        }),
    );
  const known = sentences(base, before);
  return [...sentences(head, after)].filter(([key]) => !known.has(key)).map(([, text]) => entry('exception-at-fault', 'asks', text));
}
