import type { EnvironmentModel } from '../model/environment';
import { once, onceForText } from '../model/once';
import { speakingOf, speaks } from './evaluate';
import { identitiesOf, type Identity } from './identities';
import { anyCovers, meet } from './pattern';
import { isUnconditional, type Statement } from './statement';

/** The one role that may delete, unlock or disable; every use of it raises an alarm. */
const BREAK_GLASS = /:role\/(?:[\w-]+-)?break-glass$/;

/** Whether an ARN is that of a break-glass role. */
export function isBreakGlass(arn: string): boolean {
  return BREAK_GLASS.test(arn);
}

/** Whether people assume the role: its trust names an account or another role, not a service. */
export function isForPeople({ trust }: Pick<Identity, 'trust'>): boolean {
  return trust.some(({ effect, principal }) => effect === 'Allow' && (principal === '*' || (principal?.['AWS'] ?? []).length > 0));
}

const speakers = once((environment: EnvironmentModel) =>
  onceForText((action): readonly Identity[] =>
    identitiesOf(environment).filter(({ statements }) => speakingOf(statements, action).some(({ effect }) => effect === 'Allow')),
  ),
);

/** The roles that a statement allows an action on something or other: most actions are few roles', and every store is tried with them. */
export function identitiesAllowed(environment: EnvironmentModel, action: string): readonly Identity[] {
  return speakers(environment)(action);
}

/**
 * The statements by which a role can come to do something under some conditions, whatever they are: the most that it may do, within its
 * boundary, without what a denial of its own takes away for good.
 *
 * @param action such as `s3:DeleteObject`.
 * @param resource a pattern: `arn:aws:s3:::name/*` for any object of a bucket.
 */
export function grantsOf({ statements, boundary }: Identity, action: string, resource: string): readonly Statement[] {
  const reaching = (each: Statement): boolean => each.effect === 'Allow' && reaches(each, action, resource);
  const granting = speakingOf(statements, action).filter(reaching);
  if (granting.length === 0) return granting;
  const own = [...speakingOf(statements, action), ...(boundary ? speakingOf(boundary, action) : [])];
  if (own.some((statement) => statement.effect === 'Deny' && isUnconditional(statement) && coversAll(statement, action, resource)))
    return [];
  return boundary && !boundary.some(reaching) ? [] : granting;
}

/** Whether a statement speaks of an action on anything that a pattern covers; its principal and conditions apart. */
export function reaches(statement: Statement, action: string, resource: string): boolean {
  if (!speaks(statement, action)) return false;
  const { notResources, resources } = statement;
  return notResources.length > 0
    ? !anyCovers(notResources, resource)
    : resources.length === 0 || resources.some((each) => meet(each, resource));
}

/** Whether a statement speaks of an action on everything that a pattern covers. */
export function coversAll(statement: Statement, action: string, resource: string): boolean {
  if (!speaks(statement, action)) return false;
  const { notResources, resources } = statement;
  return notResources.length > 0
    ? !notResources.some((each) => meet(each, resource))
    : resources.length === 0 || anyCovers(resources, resource);
}
