import { rowsByControl, type ControlRow } from '../control-rows';
import type { EvidenceInput } from '../gather';
import { groupedBy, sortedBy } from '../order';
import type { PackFile } from '../pack-file';
import { uuidOf } from '../uuid';
import type { VerdictRow } from '../verdict-rows';
import { documentFile, properties } from './document';

/**
 * `oscal/assessment-results.json`: an observation for each rule that judged something, with its subjects, and a finding for each entry that
 * one of them speaks of. OSCAL knows two states only: whatever is not plainly satisfied is `not-satisfied`, and its reason says which.
 */
export function assessmentResultsFile(input: EvidenceInput, controls: readonly ControlRow[], rows: readonly VerdictRow[]): PackFile {
  const { environment, provenance } = input;
  const judged = rows.filter(({ result }) => result !== 'na');
  const byControl = rowsByControl(judged);
  const reviewed = controls.filter(({ id }) => byControl.has(id));
  const plan = uuidOf('plan', environment.place.name);
  const processOnly = controls.filter(({ status, rule }) => rule === 'security' && status === 'process').length;
  return documentFile(input, 'assessment-results', `What templates of ${environment.place.name} show`, {
    'import-ap': { href: `#${plan}` },
    results: [
      {
        uuid: uuidOf('result', environment.place.name, provenance.commit, provenance.generatedAt),
        title: `Templates of ${environment.place.name}`,
        description: 'Rules over synthesized templates. A template shows intent, not state.',
        start: provenance.generatedAt,
        end: provenance.generatedAt,
        'local-definitions': { 'inventory-items': inventory(input) },
        'reviewed-controls': { 'control-selections': [{ 'include-controls': reviewed.map(({ id }) => ({ 'control-id': id })) }] },
        observations: [...groupedBy(judged, ({ ruleId }) => ruleId)].map(([ruleId, each]) => observation(input, ruleId, each)),
        findings: reviewed.map((row) => finding(input, row, byControl.get(row.id) ?? [])),
        remarks: `${processOnly} entries of the Security Rule are process only and are not judged here.`,
      },
    ],
    'back-matter': {
      resources: [
        {
          uuid: plan,
          title: 'How this was assessed',
          description:
            'There is no separate plan: the rules named in the observations were run over the templates that manifest.json lists.',
        },
      ],
    },
  });
}

function inventory({ environment }: EvidenceInput): readonly object[] {
  return sortedBy(environment.all, ({ name }) => name).map(({ stack, logicalId, type }) => ({
    uuid: uuidOf('resource', stack, logicalId),
    description: `${type} ${stack}/${logicalId}`,
    ...properties({ type, stack, 'logical-id': logicalId }),
  }));
}

function observation({ provenance }: EvidenceInput, ruleId: string, rows: readonly VerdictRow[]): object {
  const count = (result: string): number => rows.filter((row) => row.result === result).length;
  const subjects = rows.flatMap(({ stack, logicalId, result }) =>
    logicalId === ''
      ? []
      : [
          {
            'subject-uuid': uuidOf('resource', stack, logicalId),
            type: 'inventory-item',
            title: `${stack}/${logicalId}`,
            ...properties({ result }),
          },
        ],
  );
  return {
    uuid: observationId(ruleId),
    title: ruleId,
    description: rows.find(({ result }) => result === 'pass')?.message ?? rows[0]?.message ?? '',
    methods: ['TEST'],
    ...properties({ pass: count('pass'), fail: count('fail'), waived: count('waived'), error: count('error') }),
    ...(subjects.length === 0 ? {} : { subjects }),
    collected: provenance.generatedAt,
  };
}

function finding({ environment }: EvidenceInput, row: ControlRow, rows: readonly VerdictRow[]): object {
  const { id, citation, title, status, checks } = row;
  const rules = [...new Set(rows.map(({ ruleId }) => ruleId))];
  return {
    uuid: uuidOf('finding', environment.place.name, id),
    title: `${citation} ${title}`,
    description: `Templates show ${checks.pass} passes, ${checks.fail} fails, ${checks.waived} accepted findings, ${checks.error} unread.`,
    target: {
      type: 'statement-id',
      'target-id': `${id}_smt`,
      status: { state: status === 'satisfied' ? 'satisfied' : 'not-satisfied', reason: status, remarks: remarksOf(row) },
    },
    'related-observations': rules.map((ruleId) => ({ 'observation-uuid': observationId(ruleId) })),
  };
}

function observationId(ruleId: string): string {
  return uuidOf('observation', ruleId);
}

function remarksOf({ verifiability, waiverIds }: ControlRow): string {
  const proves = {
    full: 'A template proves the mechanism whole.',
    partial: 'A template proves a part.',
    process: 'No template proves it.',
  }[verifiability];
  return waiverIds.length === 0 ? proves : `${proves} Accepted: ${waiverIds.join(', ')}.`;
}
