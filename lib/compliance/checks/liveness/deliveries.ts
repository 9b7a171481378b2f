import type { EnvironmentModel, Resource } from '../../model/environment';
import { groupByEach } from '../../model/group-by';
import { once } from '../../model/once';
import { recordsAt, textAt, valueAt } from '../../model/read';
import { isJson } from '../../model/template';
import { matchesEvent } from '../../simulation/event-pattern';
import { CannotTell } from '../../verdict';
import { ALL_EVENTS } from './rule-state';

type Json = Readonly<Record<string, unknown>>;

/** One target that an event reaches. */
export interface EventDelivery {
  readonly rule: Resource;
  readonly target: Json;
}

const DEFAULT_BUS = /^arn:aws[\w-]*:events:([\w-]+):(\d{12}):event-bus\/default$/;

/** The Region of the default bus of this account that an ARN names; undefined for anything else. */
export function regionOfBus({ place }: EnvironmentModel, arn: unknown): string | undefined {
  const [, region, account] = typeof arn === 'string' ? (DEFAULT_BUS.exec(arn) ?? []) : [];
  return account === place.account ? region : undefined;
}

/**
 * Where an event on the default bus of a Region ends: targets of the rules there that take it, and where such a target is the bus of another
 * Region, the targets of the rules there.
 *
 * @throws CannotTell on a pattern that is not understood.
 */
export function deliveriesOf(environment: EnvironmentModel, event: Json, region: string): readonly EventDelivery[] {
  return deliveriesBeyond(environment, event, [region]);
}

/** @param way Regions that the event came through, the present one last: buses that send to each other lead nowhere. */
function deliveriesBeyond(environment: EnvironmentModel, event: Json, way: readonly string[]): readonly EventDelivery[] {
  return takersOf(environment, event)
    .filter((rule) => rule.region === way.at(-1))
    .flatMap((rule) =>
      recordsAt(rule, 'Targets').flatMap((target) => {
        const next = regionOfBus(environment, target['Arn']);
        if (next === undefined) return [{ rule, target }];
        return way.includes(next) ? [] : deliveriesBeyond(environment, event, [...way, next]);
      }),
    );
}

/** Rules over events by each source that they name; under the empty name those that say it in another way, and might take any. */
const bySource = once((environment: EnvironmentModel): ReadonlyMap<string, readonly Resource[]> =>
  groupByEach(environment.of('AWS::Events::Rule'), (rule) => {
    const pattern = valueAt(rule, 'EventPattern');
    const source: unknown = isJson(pattern) ? pattern['source'] : undefined;
    return Array.isArray(source) && source.every((each) => typeof each === 'string') ? new Set<string>(source) : [''];
  }),
);

/**
 * The rules that are on and take an event of EventBridge.
 *
 * @throws CannotTell on a pattern that is not understood, of a rule that might take it by its source.
 */
export function takersOf(environment: EnvironmentModel, event: Json): readonly Resource[] {
  const rules = bySource(environment);
  return [...(rules.get(String(event['source'])) ?? []), ...(rules.get('') ?? [])].filter((rule) => takes(rule, event));
}

/**
 * Whether a rule that is on takes an event. A call that changes nothing reaches only a rule that asks for such.
 *
 * @throws CannotTell on a pattern that is not understood.
 */
function takes(rule: Resource, event: Json): boolean {
  const pattern = valueAt(rule, 'EventPattern');
  const state = textAt(rule, 'State') ?? 'ENABLED';
  const isReading = isJson(event['detail']) && event['detail']['readOnly'] === true;
  if (!isJson(pattern) || !(state === ALL_EVENTS || (state === 'ENABLED' && !isReading))) return false;
  try {
    return matchesEvent(pattern, event);
  } catch {
    throw new CannotTell(`${rule.name} has a pattern that is not understood here`);
  }
}
