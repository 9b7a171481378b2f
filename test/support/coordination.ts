import * as fc from 'fast-check';
import type { Coordination } from '../../lambda/incident-coordinator/coordinate';
import type { Detected } from '../../lambda/incident-coordinator/message';
import type { Settings } from '../../lambda/incident-coordinator/settings';
import type { IncidentRecord } from '../../lambda/incident/record';
import { recordOf } from '../../lambda/incident/record';
import { incidentIds, loadSeries } from '../../lambda/incident/registry';
import { CodedError } from '../../lambda/shared/outcome';
import type { Uuid } from '../../lambda/shared/uuid';
import { idOf } from './crypto-keys';
import { memoryIncidents } from './incidents';

const ROLES = 'arn:aws:iam::111122223333:role/';

/** Settings of a coordinator that knows four workflows. */
export const SETTINGS: Settings = {
  containments: {
    'keep-key': { field: 'keyId', pattern: '[0-9a-f-]{36}' },
    'revoke-role-sessions': { field: 'roleName', pattern: '[A-Za-z0-9_-]{1,64}' },
    'sign-out-user': { field: 'userSub', pattern: '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}' },
    'switch-detection-on': null,
  },
  defaults: { timeZone: 'America/New_York', regime: ['hipaa'], as: 'covered_entity' },
  roles: { deployment: `${ROLES}cdk-deploys`, response: [`${ROLES}prod-contain-deny-bucket`, `${ROLES}prod-restore-deny-bucket`] },
  stateMachineArnPrefix: 'arn:aws:states:us-east-1:111122223333:stateMachine:prod-contain-',
};

/** What a person decides on. */
export const BY_PERSON = { ruleId: 'BackupLoss', tier: 'B', action: 'revoke-role-sessions', targetField: 'roleName', target: 'operator' } as const;

/** A key that somebody disabled, with some members replaced. */
export function detected(replaced: Partial<Detected> = {}): Detected {
  return {
    ruleId: 'KeyLoss',
    tier: 'A',
    severity: 'high',
    severityOfDeployment: 'medium',
    action: 'keep-key',
    targetField: 'keyId',
    target: idOf(1),
    principal: `${ROLES}operator`,
    user: '',
    eventId: idOf(2),
    time: '2026-11-27T10:05:00Z',
    region: 'us-east-1',
    ...replaced,
  };
}

/** A containment with a target that fits it. */
const fitting = fc.constantFrom<Pick<Detected, 'action' | 'targetField' | 'target'>>(
  { action: 'keep-key', targetField: 'keyId', target: idOf(1) },
  { action: 'keep-key', targetField: 'keyId', target: idOf(2) },
  { action: 'sign-out-user', targetField: 'userSub', target: idOf(1) },
  { action: 'revoke-role-sessions', targetField: 'roleName', target: 'operator' },
  { action: 'switch-detection-on', targetField: '', target: '' },
);
/** The three as they never should come together. */
const anyhow = fc.record({
  action: fc.constantFrom(...Object.keys(SETTINGS.containments), 'none', 'restart-trail', 'no-such-workflow', 'constructor'),
  targetField: fc.constantFrom('keyId', 'userSub', 'roleName', ''),
  target: fc.oneof(fc.constantFrom('', idOf(1), 'operator', `${idOf(1)}\n`, `$(${idOf(1)})`), fc.string()),
});

/** Detections as they come and as they never should. */
export const anyDetected: fc.Arbitrary<Detected> = fc
  .tuple(
    fc.oneof(fitting, anyhow),
    fc.record({
      ruleId: fc.constantFrom('KeyLoss', 'A11', 'RootUse'),
      tier: fc.constantFrom('A' as const, 'B' as const, 'C' as const),
      severity: fc.constantFrom('critical' as const, 'high' as const, 'medium' as const),
      severityOfDeployment: fc.constantFrom('' as const, 'medium' as const),
      principal: fc.constantFrom('', SETTINGS.roles.deployment, ...SETTINGS.roles.response, `${ROLES}operator`),
      user: fc.constantFrom('', 'somebody'),
      eventId: fc.nat(1_000).map(idOf),
      time: fc.nat(7_200).map((seconds) => new Date(Date.parse('2026-11-27T10:00:00Z') + seconds * 1_000).toISOString()),
      region: fc.constant('us-east-1'),
    }),
  )
  .map(([what, more]) => ({ ...what, ...more }));

/** One start of a workflow. */
export interface Started {
  readonly arn: string;
  readonly execution: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Everything around a coordinator, in memory: the evidence, the workflows, the officer and a clock that a test moves. */
export class CoordinationWorld {
  readonly store = memoryIncidents();
  /** Each execution once, as Step Functions keeps it. */
  readonly started: Started[] = [];
  readonly told: string[] = [];
  nowMs = Date.parse('2026-11-27T10:07:00Z');
  /** Calls of any of them so far. */
  calls = 0;
  /** The call that fails, from 1, and whether it was done before it failed. @default none */
  failing: { readonly at: number; readonly isDone: boolean } | undefined;

  readonly coordination: Coordination = {
    settings: SETTINGS,
    store: {
      create: (key, bytes) => this.call('store_unavailable', () => this.store.create(key, bytes)),
      read: (key) => this.call('store_unavailable', () => this.store.read(key)),
      list: (prefix) => this.call('store_unavailable', () => this.store.list(prefix)),
    },
    workflows: {
      start: (arn, execution, input) =>
        this.call('workflow_unavailable', () => {
          if (this.started.some((each) => each.execution === execution)) return Promise.resolve('exists');
          this.started.push({ arn, execution, input });
          return Promise.resolve('started');
        }),
    },
    officer: {
      tell: (text) =>
        this.call('topic_unavailable', () => {
          this.told.push(text);
          return Promise.resolve();
        }),
    },
    now: () => this.nowMs,
  };

  /** Every record, by id. */
  async records(): Promise<readonly IncidentRecord[]> {
    const ids = await incidentIds(this.store);
    return Promise.all(ids.map(async (id) => recordOf(await loadSeries(this.store, id as Uuid))));
  }

  private async call<Answer>(code: string, answer: () => Promise<Answer>): Promise<Answer> {
    this.calls += 1;
    const fails = this.failing?.at === this.calls;
    if (fails && this.failing?.isDone === false) throw new CodedError(code);
    const answered = await answer();
    if (fails) throw new CodedError(code);
    return answered;
  }
}
