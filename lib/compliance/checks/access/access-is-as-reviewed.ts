import { stableNames } from '../../access/names';
import { areAsReviewed, isReviewed, reviewedRowsFor } from '../../access/reviewed';
import { accessGroupsOf, accessRowsOf, describeRow, type AccessRow, type PlacedRow } from '../../access/rows';
import type { Check } from '../../check';
import { verdictOf } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { identitiesOf } from '../../policy/identities';
import type { Finding } from '../../verdict';

const CITATION = '164.308(a)(4)(ii)(C)';

/** Who may do what to which store is what somebody has reviewed: each addition, each lost denial and each lost condition is a decision. */
export const accessIsAsReviewed: Check = {
  id: 'access/access-is-as-reviewed',
  claim:
    'every principal may do to every store exactly what the reviewed list says, under its conditions, and is denied what it says',
  citations: [CITATION, '164.308(a)(4)', '164.312(a)(1)'],
  severity: 'error',
  evaluate: (environment) => {
    const { name } = environment.place;
    const groups = accessGroupsOf(environment);
    const names = stableNames(environment);
    if (!identitiesOf(environment).some(({ role }) => isReviewed(name, names.of(role)))) {
      return { state: 'notApplicable', reason: 'the reviewed list knows no role of these templates: it was written for another set' };
    }
    return verdictOf([...new Set(groups.map(({ at }) => at))], areAsReviewed(name, groups) ? [] : differences(environment));
  },
};

function differences(environment: EnvironmentModel): readonly Finding[] {
  const rows = accessRowsOf(environment);
  const reviewed = reviewedRowsFor(environment.place.name);
  return [
    ...[...rows].filter(([key]) => !reviewed.has(key)).map(([, row]) => toAdded(row)),
    ...[...reviewed].filter(([key]) => !rows.has(key)).map(([, row]) => toMissing(environment, [...rows.values()], row)),
  ];
}

function toAdded(row: PlacedRow): Finding {
  return {
    stack: row.at.stack,
    logicalId: row.at.logicalId,
    property: row.principal,
    value: describeRow(row),
    expected: 'nothing that the reviewed list does not say: take it away, or review it and record it with `npm run access:record`',
    citation: CITATION,
  };
}

/** A row that is gone is shown at its role, or else at whatever holds the rest of what was said about the same store. */
function toMissing(environment: EnvironmentModel, rows: readonly PlacedRow[], row: AccessRow): Finding {
  const rest = rows.filter(({ store, effect }) => store === row.store && effect === row.effect);
  const near =
    policyOf(environment, row) ??
    resourceOf(environment, row.principal) ??
    (rest.find(({ principal }) => principal === row.principal) ?? rest[0])?.at ??
    resourceOf(environment, row.store);
  return {
    stack: near?.stack ?? environment.place.name,
    logicalId: near?.logicalId ?? '',
    property: row.principal,
    value: 'absent',
    expected: `${describeRow(row)}, as the reviewed list says: put it back, or record that it is gone with \`npm run access:record\``,
    citation: CITATION,
  };
}

/** A boundary, or a policy that a workflow hands out, is spoken of by its own name. */
function policyOf(environment: EnvironmentModel, { principal }: AccessRow): Resource | undefined {
  const [, name] = /^(?:within|whoever is handed) (.+)$/.exec(principal) ?? [];
  const names = stableNames(environment);
  return name === undefined ? undefined : environment.of('AWS::IAM::ManagedPolicy').find((policy) => names.of(policy) === name);
}

function resourceOf(environment: EnvironmentModel, name: string): Resource | undefined {
  const names = stableNames(environment);
  return environment.all.find((resource) => names.of(resource) === name);
}
