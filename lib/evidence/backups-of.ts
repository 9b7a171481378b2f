import { rulesOf, type PlanRule } from '../compliance/checks/backup/plans';
import type { EnvironmentModel, Resource } from '../compliance/model/environment';
import { textAt, textsAt } from '../compliance/model/read';
import { covers } from '../compliance/policy/pattern';
import { toldOrNone } from './told';

/** A plan that takes a store in. */
export interface Coverage {
  readonly plan: Resource;
  readonly selection: Resource;
  readonly rules: readonly PlanRule[];
}

/**
 * The plans that select a store by its ARN. Selection by tag is left to the check of it, and shown by none here.
 *
 * @throws CannotTell where a plan cannot be read.
 */
export function coverageOf(environment: EnvironmentModel, store: Resource): readonly Coverage[] {
  const arn = environment.arnOf(store);
  return environment.of('AWS::Backup::BackupSelection').flatMap((selection) => {
    const plan = environment.at(textAt(selection, 'BackupPlanId'), 'AWS::Backup::BackupPlan');
    const names = (path: string): boolean => textsAt(selection, `BackupSelection.${path}`).some((pattern) => covers(pattern, arn));
    const isIn = selection.region === store.region && names('Resources') && !names('NotResources');
    return plan && isIn ? [{ plan, selection, rules: rulesOf(environment, plan) }] : [];
  });
}

/** Names of the plans that take a store in; empty for what no plan could hold. */
export function plansOf(environment: EnvironmentModel, store: Resource): string {
  if (store.type !== 'AWS::S3::Bucket' && store.type !== 'AWS::RDS::DBInstance') return '';
  return toldOrNone(() => [...new Set(coverageOf(environment, store).map(({ plan }) => plan.name))].join('; ') || 'none');
}
