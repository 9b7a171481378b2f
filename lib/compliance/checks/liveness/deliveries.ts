import type { EnvironmentModel, Resource } from '../../model/environment';
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
  return environment
    .of('AWS::Events::Rule')
    .filter((rule) => rule.region === way.at(-1) && takes(rule, event))
    .flatMap((rule) =>
      recordsAt(rule, 'Targets').flatMap((target) => {
        const next = regionOfBus(environment, target['Arn']);
        if (next === undefined) return [{ rule, target }];
        return way.includes(next) ? [] : deliveriesBeyond(environment, event, [...way, next]);
      }),
    );
}

/**
 * Whether a rule that is on takes an event. A call that changes nothing reaches only a rule that asks for such.
 *
 * @throws CannotTell on a pattern that is not understood.
 */
export function takes(rule: Resource, event: Json): boolean {
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
