import { controlCatalogue } from '../hipaa/catalogue';
import { unmappedCitations, type ControlRow, type ControlStatus } from './control-rows';
import { csvFile, type Cell } from './csv';
import { jsonFile, type PackFile } from './pack-file';
import type { VerdictRow } from './verdict-rows';

/** What a template can prove of the Security Rule, and what it cannot. */
export interface SecurityRuleShare {
  readonly entries: number;
  /** Entries whose mechanism a template proves whole. */
  readonly full: number;
  /** Entries of which a template proves a part. */
  readonly partial: number;
  /** Entries that no template shows anything of. */
  readonly process: number;
  readonly processPercent: number;
  readonly byStatus: Readonly<Record<ControlStatus, number>>;
}

/** The figures of page one. Proposed entries never enter them, nor do those of the other rules. */
export function securityRuleShare(controls: readonly ControlRow[]): SecurityRuleShare {
  const security = controls.filter(({ rule }) => rule === 'security');
  const provable = (verifiability: ControlRow['verifiability']): number =>
    security.filter((row) => row.verifiability === verifiability).length;
  const count = (status: ControlStatus): number => security.filter((row) => row.status === status).length;
  return {
    entries: security.length,
    full: provable('full'),
    partial: provable('partial'),
    process: provable('process'),
    processPercent: Math.round((100 * provable('process')) / Math.max(1, security.length)),
    byStatus: {
      satisfied: count('satisfied'),
      'not-satisfied': count('not-satisfied'),
      waived: count('waived'),
      error: count('error'),
      'not-evaluated': count('not-evaluated'),
      process: count('process'),
    },
  };
}

/** `controls.json` and `controls.csv`: the Security Rule entire, breach and privacy apart, proposals as advice only. */
export function controlFiles(controls: readonly ControlRow[], rows: readonly VerdictRow[]): readonly PackFile[] {
  const of = (rule: ControlRow['rule']): readonly ControlRow[] => controls.filter((row) => row.rule === rule);
  const { disclaimer, nprmStatus } = controlCatalogue();
  return [
    jsonFile('controls.json', {
      disclaimer,
      statusSpeaksOf: 'the half of each entry that templates show; what else is needed stands beside it',
      share: securityRuleShare(controls),
      securityRule: of('security'),
      breachNotificationRule: of('breach-notification'),
      privacyRule: of('privacy'),
      proposed: { notice: nprmStatus, countedIn: 'no figure of this pack', entries: proposals() },
      citationsOutsideTheCatalogue: unmappedCitations(rows),
    }),
    csvFile('controls.csv', COLUMNS, controls.map(toCells)),
  ];
}

const COLUMNS = [
  'id',
  'citation',
  'title',
  'rule',
  'safeguard',
  'designation',
  'verifiability',
  'status',
  'pass',
  'fail',
  'waived',
  'error',
  'not applicable',
  'open runtime evidence',
  'open process evidence',
  'decision record',
];

function toCells(row: ControlRow): readonly Cell[] {
  const { pass, fail, waived, error, na } = row.checks;
  return [
    row.id,
    row.citation,
    row.title,
    row.rule,
    row.safeguard,
    row.designation,
    row.verifiability,
    row.status,
    pass,
    fail,
    waived,
    error,
    na,
    row.openRuntimeEvidence.map(({ source, artifact }) => `${source}: ${artifact}`).join('; '),
    row.openProcessEvidence.join('; '),
    row.decisionRecordRef,
  ];
}

/** An entry of the 2025 notice: advice, and no requirement. */
export interface ProposedEntry {
  readonly id: string;
  readonly citation: string;
  readonly title: string;
  readonly summary: string;
  /** Whether the proposed paragraph number was checked against a second source. */
  readonly citationVerified: boolean;
}

/** The entries of the notice, in the order of the catalogue. */
export function proposals(): readonly ProposedEntry[] {
  return controlCatalogue()
    .controls.filter(({ status }) => status === 'proposed')
    .map(({ id, citation, title, summary, citationVerified }) => ({
      id,
      citation,
      title,
      summary,
      citationVerified: citationVerified === true,
    }));
}
