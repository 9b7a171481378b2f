import { EVENT_DETECTIONS } from '../../../lib/detection/event-rules';
import type { Claim } from '../../support/claims';
import { holds, judgeAll, notices, unlike } from '../../support/claims';
import type { EventPattern } from '../../../lib/compliance/simulation/event-pattern';
import { matchesEvent } from '../../../lib/compliance/simulation/event-pattern';
import type { Landscape } from '../../support/landscape';

interface Rule {
  readonly EventPattern?: EventPattern;
  readonly State: string;
  readonly Targets: readonly {
    readonly Arn: string;
    readonly InputTransformer?: { readonly InputPathsMap: Readonly<Record<string, string>>; readonly InputTemplate: string };
  }[];
}

const RULE = 'AWS::Events::Rule';

const event = (source: string, detailType: string, detail: unknown) => ({
  version: '0',
  id: '7e5f4d2c-0b1a-4c3d-9e8f-112233445566',
  'detail-type': detailType,
  source: `aws.${source}`,
  account: '111122223333',
  time: '2026-11-22T10:00:00Z',
  region: 'us-east-1',
  resources: [],
  detail,
});
const finding = (label: string, status: string, workflow: string, state: string) => ({
  findings: [{ Severity: { Label: label }, Compliance: { Status: status }, Workflow: { Status: workflow }, RecordState: state }],
});
const job = (kind: 'Backup' | 'Copy' | 'Restore', field: 'state' | 'status', value: string) =>
  event('backup', `${kind} Job State Change`, { [field]: value });

/** Events as AWS sends them: what a rule must take, and what looks alike. */
const FIXTURES: Readonly<Record<string, { readonly taken: readonly unknown[]; readonly left: readonly unknown[] }>> = {
  BackupJobFailed: {
    taken: ['FAILED', 'EXPIRED', 'ABORTED', 'PARTIAL'].map((state) => job('Backup', 'state', state)),
    left: [
      job('Backup', 'state', 'COMPLETED'),
      job('Copy', 'state', 'FAILED'),
      event('other', 'Backup Job State Change', { state: 'FAILED' }),
    ],
  },
  BackupCopyFailed: {
    taken: [job('Copy', 'state', 'FAILED')],
    left: [job('Copy', 'state', 'COMPLETED'), job('Backup', 'state', 'FAILED')],
  },
  // A restore job calls its state a status.
  RestoreFailed: {
    taken: [job('Restore', 'status', 'FAILED'), job('Restore', 'status', 'ABORTED')],
    left: [job('Restore', 'status', 'COMPLETED'), job('Restore', 'state', 'FAILED')],
  },
  ThreatFinding: {
    taken: [4, 5.5, 8].map((severity) => event('guardduty', 'GuardDuty Finding', { severity })),
    left: [
      event('guardduty', 'GuardDuty Finding', { severity: 3.9 }),
      event('securityhub', 'Security Hub Findings - Imported', { severity: 8 }),
    ],
  },
  CriticalControlFailed: {
    taken: [event('securityhub', 'Security Hub Findings - Imported', finding('CRITICAL', 'FAILED', 'NEW', 'ACTIVE'))],
    left: [
      finding('HIGH', 'FAILED', 'NEW', 'ACTIVE'),
      finding('CRITICAL', 'PASSED', 'NEW', 'ACTIVE'),
      finding('CRITICAL', 'FAILED', 'SUPPRESSED', 'ACTIVE'),
      finding('CRITICAL', 'FAILED', 'NEW', 'ARCHIVED'),
    ].map((detail) => event('securityhub', 'Security Hub Findings - Imported', detail)),
  },
};

/** Rules with a pattern, by the id of their row. One that starts a function tells nobody. */
function patternRules(land: Landscape): readonly { id: string; properties: Rule }[] {
  return land
    .of<Rule>(RULE)
    .filter(({ properties }) => properties.EventPattern !== undefined)
    .filter(({ properties }) => !properties.Targets.every(({ Arn }) => land.at(Arn, 'AWS::Lambda::Function')))
    .map(({ logicalId, properties }) => ({ id: logicalId.replace(/^Events/, '').replace(/[0-9A-F]{8}$/, ''), properties }));
}

const everyRowHasARule: Claim = (land) =>
  [
    unlike(
      'the rules',
      patternRules(land)
        .map(({ id }) => id)
        .sort(),
      EVENT_DETECTIONS.map(({ id }) => id).sort(),
    ),
    unlike('the fixtures', Object.keys(FIXTURES).sort(), EVENT_DETECTIONS.map(({ id }) => id).sort()),
  ].filter((fault) => fault !== undefined);

const rulesTakeTheirEvents: Claim = (land) =>
  judgeAll('rules', patternRules(land), ({ id, properties }) => {
    const { taken = [], left = [] } = FIXTURES[id] ?? {};
    const pattern = properties.EventPattern ?? {};
    return [
      unlike(`${id}'s state`, properties.State, 'ENABLED'),
      (taken.length === 0 || left.length === 0) && `${id}: has no fixture`,
      ...taken.map((sent) => !matchesEvent(pattern, sent) && `${id}: leaves ${JSON.stringify(sent).slice(-120)}`),
      ...left.map((sent) => matchesEvent(pattern, sent) && `${id}: takes ${JSON.stringify(sent).slice(-120)}`),
    ];
  });

/** A mail leaves the encrypted path: it says what and where, and nothing of the event's own content. */
const mailsCarryNoContent: Claim = (land) =>
  judgeAll('rules', patternRules(land), ({ id, properties }) =>
    properties.Targets.flatMap(({ InputTransformer }) => [
      !InputTransformer && `${id}: sends the whole event`,
      ...Object.entries(InputTransformer?.InputPathsMap ?? {}).map(
        ([name, path]) => !['$.account', '$.region', '$.time', '$.id'].includes(path) && `${id}: sends ${path} as ${name}`,
      ),
      !InputTransformer?.InputTemplate.includes(`docs/runbook.md, ${id}.`) && `${id}: does not say where to read on`,
    ]),
  );

describe('the event rules', () => {
  holds('are those of the table, each with a fixture', everyRowHasARule);
  holds('take what they watch for, and leave what looks alike', rulesTakeTheirEvents);
  holds('mail what happened and where, and nothing of the content', mailsCarryNoContent);

  notices(
    'a rule that is off',
    rulesTakeTheirEvents,
    (draft) => draft.set(RULE, 'EventsThreatFinding', ['State'], 'DISABLED'),
    /ThreatFinding's state/,
  );
  notices(
    'a restore that is asked for its state',
    rulesTakeTheirEvents,
    (draft) => draft.set(RULE, 'EventsRestoreFailed', ['EventPattern', 'detail'], { state: ['FAILED', 'ABORTED'] }),
    /^RestoreFailed: leaves .*"status":"FAILED"/,
  );
  notices(
    'a severity given as text',
    rulesTakeTheirEvents,
    (draft) => draft.set(RULE, 'EventsThreatFinding', ['EventPattern', 'detail', 'severity'], ['4', '8']),
    /^ThreatFinding: leaves/,
  );
  notices(
    'a rule that takes every finding',
    rulesTakeTheirEvents,
    (draft) => draft.unset(RULE, 'EventsCriticalControlFailed', ['EventPattern', 'detail']),
    /^CriticalControlFailed: takes/,
  );
  notices(
    'a mail with the whole event',
    mailsCarryNoContent,
    (draft) => draft.unset(RULE, 'EventsBackupJobFailed', ['Targets', 0, 'InputTransformer']),
    /^BackupJobFailed: sends the whole event/,
  );
});
