import type { ControlRow } from './control-rows';
import { jsonFile, type PackFile } from './pack-file';

/** What the templates show of an addressable specification: 164.306(d)(3). */
export interface AddressableDecision {
  readonly id: string;
  readonly citation: string;
  readonly title: string;
  /** `undecided` where the templates show no decision: somebody has to write one down. */
  readonly decision: 'implemented' | 'alternative' | 'undecided';
  readonly status: ControlRow['status'];
  readonly passingRules: readonly string[];
  /** Resources on which an alternative was taken. */
  readonly waivers: readonly string[];
  /** Whether a record outside the templates is still needed. */
  readonly isRecordMissing: boolean;
  readonly stillNeeded: string;
}

/** One row for each addressable specification of the Security Rule. */
export function decisionsOf(controls: readonly ControlRow[]): readonly AddressableDecision[] {
  return controls
    .filter(({ rule, designation }) => rule === 'security' && designation === 'addressable')
    .map((row): AddressableDecision => {
      const decision = row.status === 'satisfied' ? 'implemented' : row.status === 'waived' ? 'alternative' : 'undecided';
      return {
        id: row.id,
        citation: row.citation,
        title: row.title,
        decision,
        status: row.status,
        passingRules: row.rules.filter(({ pass }) => pass > 0).map(({ ruleId }) => ruleId),
        waivers: row.waiverIds,
        isRecordMissing: decision === 'undecided',
        stillNeeded: stillNeeded(row, decision),
      };
    });
}

function stillNeeded({ verifiability }: ControlRow, decision: AddressableDecision['decision']): string {
  if (decision === 'undecided') return 'a written decision: implemented by people, an alternative, or why it is not reasonable here';
  if (decision === 'alternative') return 'the assessment behind each exception, kept with its approval';
  return verifiability === 'full'
    ? 'nothing for the mechanism; proof that it is deployed'
    : 'the runtime and process evidence that the control names';
}

/** `addressable-decisions.json`. */
export function decisionFiles(decisions: readonly AddressableDecision[]): readonly PackFile[] {
  return [
    jsonFile('addressable-decisions.json', {
      because: '164.306(d)(3): an addressable specification is implemented, or a documented decision says what is done instead, and why',
      recordsMissing: decisions.filter(({ isRecordMissing }) => isRecordMissing).length,
      decisions,
    }),
  ];
}
