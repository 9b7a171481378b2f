import type { ControlRow } from './control-rows';
import type { PackFile } from './pack-file';

/** How evidence of one source is got after a deployment. */
interface Export {
  readonly how: string;
  readonly often: string;
  readonly signedBy: string;
}

/** By source, as the catalogue names it. How often is this project's choice, not the regulation's. */
const EXPORTS: Readonly<Record<string, Export>> = {
  'incident register': { how: 'the register of incidents, kept outside this project', often: 'each quarter', signedBy: 'security officer' },
  'application audit events': { how: '`npm run audit:verify` over the exported batches', often: 'each month', signedBy: 'privacy officer' },
  'evidence pack': { how: 'this folder, kept for each release', often: 'each release', signedBy: 'security officer' },
  application: {
    how: 'the function named in the entry, shown in the deployed environment',
    often: 'each release',
    signedBy: 'security officer',
  },
  'front end': {
    how: 'the function named in the entry, shown in the deployed client',
    often: 'each release',
    signedBy: 'security officer',
  },
  'version control': {
    how: '`git log` of the period, with the reviews of each change',
    often: 'each quarter',
    signedBy: 'security officer',
  },
  CI: { how: 'the run of the pull request that made the release', often: 'each release', signedBy: 'security officer' },
  IAM: {
    how: '`aws iam generate-credential-report` and `aws iam get-credential-report`',
    often: 'each month',
    signedBy: 'security officer',
  },
  'cdk-nag waiver register': { how: '`waivers.csv` of this folder', often: 'each release', signedBy: 'security officer' },
  'IAM Access Analyzer': {
    how: '`aws accessanalyzer list-findings-v2 --analyzer-arn ARN`',
    often: 'each month',
    signedBy: 'security officer',
  },
  'Amazon Inspector': { how: '`aws inspector2 list-findings`', often: 'each month', signedBy: 'security officer' },
  'AWS Backup': {
    how: '`aws backup list-restore-jobs --by-restore-testing-plan-arn ARN`',
    often: 'each month',
    signedBy: 'security officer',
  },
};

const ELSEWHERE: Export = { how: 'from the system itself', often: 'each quarter', signedBy: 'security officer' };

/** What a deployed account has to show whatever the entry, since a template shows intent and not state. */
const ALWAYS: readonly (readonly [string, string, string])[] = [
  ['that the account is like the templates', '`aws cloudformation detect-stack-drift --stack-name NAME`, for each stack', 'each month'],
  [
    'what AWS Config says of the account',
    '`aws configservice get-conformance-pack-compliance-summary --conformance-pack-names NAME`',
    'each month',
  ],
  ['who has signed in as whom', 'CloudTrail: `AssumeRole` of the staff roles and of break-glass', 'each month'],
  ['that the mails arrive', '`aws sns list-subscriptions-by-topic --topic-arn ARN`: none is pending', 'each quarter'],
  ['that a restore works', 'the report of the last restore test, and of one by hand', 'each quarter'],
];

/** `runtime-evidence.md`: what to export after a deployment, from where, how often, and who signs. */
export function runtimeEvidenceFile(controls: readonly ControlRow[]): PackFile {
  const open = controls.filter(
    ({ openRuntimeEvidence, openProcessEvidence }) => openRuntimeEvidence.length + openProcessEvidence.length > 0,
  );
  const sources = [...new Set(open.flatMap(({ openRuntimeEvidence }) => openRuntimeEvidence.map(({ source }) => source)))].sort();
  const lines = [
    '# Evidence that no template shows',
    '',
    'This pack shows what the templates say. What follows has to be exported from the deployed account, or written by people, and signed.',
    "How often is this project's suggestion. No export may hold PHI: ids only.",
    '',
    '## Of every deployment',
    '',
    ...table(['shows', 'how', 'how often'], ALWAYS),
    '',
    '## By source',
    '',
    ...table(
      ['source', 'how', 'how often', 'signed by'],
      sources.map((source) => rowOf(source)),
    ),
    '',
    '## By entry',
    '',
    ...open.flatMap(entryOf),
  ];
  return { path: 'runtime-evidence.md', mediaType: 'text/markdown', text: `${lines.join('\n').trimEnd()}\n` };
}

function rowOf(source: string): readonly string[] {
  const { how, often, signedBy } = EXPORTS[source] ?? ELSEWHERE;
  return [source, how, often, signedBy];
}

function entryOf({ citation, title, designation, openRuntimeEvidence, openProcessEvidence }: ControlRow): readonly string[] {
  return [
    `### ${citation} ${title} (${designation})`,
    '',
    ...openRuntimeEvidence.map(({ source, artifact }) => `- export from ${source}: ${artifact}`),
    ...openProcessEvidence.map((artifact) => `- keep on file: ${artifact}`),
    '',
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
