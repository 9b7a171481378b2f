import { randomUUID } from 'node:crypto';
import { eventBridgeBus } from '../../../lambda/audit-signals/adapters/eventbridge-bus';
import { AUDIT_SIGNALS_DATABASE_USER, AUDIT_SIGNALS_SOURCE } from '../../../lambda/audit-signals/contract';
import type { SignalLimits } from '../../../lambda/audit-signals/decide-signals';
import type { EventPattern } from '../../../lib/compliance/simulation/event-pattern';
import { matchesEvent } from '../../../lib/compliance/simulation/event-pattern';
import { ENVIRONMENTS } from '../../../lib/config/select';
import { finishBatch, runOnce } from '../../support/audit-signals';
import { startAwsEndpoint, type AwsEndpoint } from '../../support/aws-endpoint';
import type { Claim } from '../../support/claims';
import { holds, judge, notices, unlike } from '../../support/claims';
import type { Identity, ManagedPolicyProperties } from '../../support/identities';
import { identitiesOf, identityOf, may } from '../../support/identities';
import type { Landscape } from '../../support/landscape';
import { landscapeOf } from '../../support/landscape';
import { instanceId, login } from '../../support/logins';
import { list } from '../../support/policy';
import { ownServer } from '../../support/run-loan';
import { startSqlService, type SqlService } from '../../support/sql-service';
import { digest, SqlWorld } from '../../support/sql-world';

interface LambdaFunction {
  readonly Environment: { readonly Variables: Readonly<Record<string, string>> };
  readonly Role: string;
  readonly Timeout: number;
}

/** An entry of a call, as the SDK sends it. */
interface Entry {
  readonly EventBusName: string;
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
}

const FUNCTION = 'AWS::Lambda::Function';
const POLICY = 'AWS::IAM::ManagedPolicy';
const RULE = 'AWS::Events::Rule';
const SIGNALS = 'Detection/SignalsCountExecutionRole';
/** What every function in the network may do, for its log, its key, its network interface and what it failed at. */
const OF_EVERY_FUNCTION = /^(?:ec2|kms|logs|sqs):/;

const signalFunctions = (land: Landscape) =>
  land.of<LambdaFunction>(FUNCTION).filter(({ logicalId }) => logicalId.startsWith('SignalsCount'));
const bus = ({ account, config }: Landscape, name = 'default') => `arn:aws:events:${config.region}:${account}:event-bus/${name}`;
const put = (resource: string, ...sources: readonly string[]) => ({
  action: 'events:PutEvents',
  resource,
  ...(sources.length > 0 && { context: { 'events:source': sources } }),
});

const runsEveryFiveMinutes: Claim = (land) =>
  judge('functions of signals', signalFunctions(land), (each) => {
    const rules = land
      .of<{ ScheduleExpression?: string; State: string; Targets: readonly { Arn: string }[] }>(RULE)
      .filter(({ properties }) => properties.Targets.some(({ Arn }) => Arn === land.arnOf(each)));
    const { businessHours: hours } = ENVIRONMENTS[land.config.name];
    const { BUSINESS_HOURS: told, EVENT_BUS_NAME: busName } = each.properties.Environment.Variables;
    return [
      unlike(
        'its schedules',
        rules.map(({ properties }) => [properties.ScheduleExpression, properties.State]),
        [['rate(5 minutes)', 'ENABLED']],
      ),
      each.properties.Timeout >= 300 && 'may still run when the next one starts',
      unlike('the bus it is told', busName, 'default'),
      unlike('the hours it is told', told, hours.work === 'none' ? 'none' : `${hours.fromHourUtc}-${hours.untilHourUtc}`),
    ];
  });

const connectsAndTellsAndNothingElse: Claim = (land) =>
  judge('functions of signals', signalFunctions(land), ({ properties }) => {
    const identity = identityOf(land, properties.Role);
    const puts = (resource: string, ...sources: readonly string[]) => may(land, identity, put(resource, ...sources));
    const actions = identity.statements.flatMap(({ Action }) => list(Action)).filter((action) => !OF_EVERY_FUNCTION.test(action));
    return [
      unlike('what it may do', actions.sort(), ['events:PutEvents', 'rds-db:connect']),
      !may(land, identity, login(land, instanceId(land), AUDIT_SIGNALS_DATABASE_USER)) && 'may not log in',
      !puts(bus(land), AUDIT_SIGNALS_SOURCE) && 'may not send a signal',
      !puts(bus(land), ...Array<string>(10).fill(AUDIT_SIGNALS_SOURCE)) && 'may not send ten signals at once',
      puts(bus(land)) && 'may send events without a source',
      puts(bus(land), 'baseline.heartbeat') && 'may send heartbeats',
      puts(bus(land), AUDIT_SIGNALS_SOURCE, 'baseline.heartbeat') && 'may send heartbeats among signals',
      puts(bus(land, 'other'), AUDIT_SIGNALS_SOURCE) && 'may send to another bus',
      puts(bus(land).replace(land.account, '999999999999'), AUDIT_SIGNALS_SOURCE) && 'may send to another account',
      identity.awsManaged.length > 0 && `has policies of AWS: ${identity.awsManaged.join(', ')}`,
    ];
  });

/** A forged signal ends sessions or hides a real one: nobody else of these templates can send one. */
const nobodyElseSends: Claim = (land) => {
  const senders = (request: ReturnType<typeof put>) =>
    identitiesOf(land)
      .filter((identity) => may(land, identity, request))
      .map(({ role }: Identity) => role.name.replace(/[0-9A-F]{8}$/, ''));
  return [
    unlike('who sends signals', senders(put(bus(land), AUDIT_SIGNALS_SOURCE)), [SIGNALS]),
    unlike('who sends events of any source', senders(put(bus(land), 'made.up')), []),
    unlike('who sends events without one', senders(put(bus(land))), []),
  ].filter((fault) => fault !== undefined);
};

describe('the signals', () => {
  holds('are counted every five minutes, in the hours of the configuration', runsEveryFiveMinutes);
  holds('come from a function that logs in, sends them, and does nothing else', connectsAndTellsAndNothingElse);
  holds('are sent by no other role', nobodyElseSends);

  const editing = (prefix: string, action: string, change: (statement: { Resource?: unknown; Condition?: unknown }) => void) =>
    ({ PolicyDocument }: ManagedPolicyProperties) => {
      const statements = PolicyDocument.Statement.filter(({ Action }) => list(Action).includes(action));
      if (statements.length === 0) throw new Error(`${prefix} has no statement about ${action}.`);
      statements.forEach(change);
    };
  const ofSignals = 'SignalsCountExecution';

  notices(
    'a look once a day',
    runsEveryFiveMinutes,
    (draft) => draft.set(RULE, 'SignalsSchedule', ['ScheduleExpression'], 'rate(1 day)'),
    /its schedules is \[\["rate\(1 day\)"/,
  );
  notices(
    'events of any source from it',
    connectsAndTellsAndNothingElse,
    (draft) => draft.edit(POLICY, ofSignals, editing(ofSignals, 'events:PutEvents', (statement) => delete statement.Condition)),
    /may send heartbeats/,
  );
  notices(
    'a source that only one of ten events must have',
    connectsAndTellsAndNothingElse,
    (draft) =>
      draft.edit(
        POLICY,
        ofSignals,
        editing(ofSignals, 'events:PutEvents', (statement) => {
          statement.Condition = { 'ForAnyValue:StringEquals': { 'events:source': AUDIT_SIGNALS_SOURCE } };
        }),
      ),
    /may send heartbeats among signals/,
  );
  notices(
    'a function that reads secrets',
    connectsAndTellsAndNothingElse,
    (draft) =>
      draft.edit<ManagedPolicyProperties>(POLICY, ofSignals, ({ PolicyDocument }) =>
        PolicyDocument.Statement.push({ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' }),
      ),
    /what it may do is .*secretsmanager:GetSecretValue/,
  );
  notices(
    'a heartbeat that could be a signal',
    nobodyElseSends,
    (draft) =>
      draft.edit(
        POLICY,
        'HeartbeatsSender',
        editing('HeartbeatsSender', 'events:PutEvents', (statement) => delete statement.Condition),
      ),
    /who sends signals is .*HeartbeatsSenderRole/,
  );
});

describe('what the function really sends', () => {
  let service: SqlService;
  let world: SqlWorld;
  let endpoint: AwsEndpoint;
  beforeAll(async () => {
    service = await startSqlService(ownServer);
    world = new SqlWorld(service);
    endpoint = await startAwsEndpoint(() => ({ status: 200, body: '{"FailedEntryCount":0,"Entries":[]}' }));
  }, 60_000);
  afterAll(async () => {
    await endpoint.close();
    await service.stop();
  });

  const land = landscapeOf('prod');
  const [{ properties: counting } = { properties: undefined }] = signalFunctions(land);

  /** The rules of the templates that take what one run over the database put on the bus, and whom each is about. */
  const taken = async (limits: Partial<SignalLimits> = {}): Promise<readonly (readonly [string, unknown])[]> => {
    endpoint.calls.length = 0;
    const { thrown } = await runOnce(service, limits, eventBridgeBus(counting?.Environment.Variables['EVENT_BUS_NAME'] ?? ''));
    expect(thrown).toBeUndefined();
    const entries = endpoint.calls.flatMap(({ body }) => (JSON.parse(body) as { Entries: readonly Entry[] }).Entries);
    const rules = land.of<{ EventPattern?: EventPattern; State: string }>(RULE).filter(({ properties }) => properties.State === 'ENABLED');
    return entries.flatMap(({ EventBusName, Source, DetailType, Detail }) => {
      // The role of the template may send this very entry.
      expect(may(land, identityOf(land, counting?.Role), put(bus(land, EventBusName), Source))).toBe(true);
      const detail = JSON.parse(Detail) as Readonly<Record<string, unknown>>;
      const event = { version: '0', id: randomUUID(), source: Source, 'detail-type': DetailType, account: land.account, detail };
      return rules
        .filter(({ properties: { EventPattern: pattern } }) => pattern !== undefined && matchesEvent(pattern, event))
        .map(({ logicalId }) => [logicalId.replace(/^Events|[0-9A-F]{8}$/g, ''), detail['actorId']] as const);
    });
  };

  it('is taken by the rule of its kind, and by no other: from rows of the trail to the templates', async () => {
    await runOnce(service);
    const [reader, toucher] = [await world.principal('billing'), await world.principal('billing')];
    const [prober, searcher] = [await world.principal('clinician'), await world.principal('clinician')];
    const helper = await world.principal('clinician');
    const [first, second, third, bait] = await Promise.all([1, 2, 3, 4].map(() => world.patient()));
    for (const each of [first, second, third]) await world.call('billing_read_billing', reader, each?.id);
    for (let n = 0; n < 10; n += 1) {
      await world.call('clinician_read_patient', prober, randomUUID());
      await world.call('clinician_search_patients', searcher, 'ssn', digest());
    }
    await world.call('clinician_open_emergency', helper, null, null, randomUUID(), third?.id, null, 'disaster', Buffer.alloc(60));
    await service.as('migrator', 'SELECT audit.set_honey_patient($1)', [bait?.id]);
    await world.call('billing_read_billing', toucher, bait?.id);
    const expected = [
      ['AccessProbing', prober.sub], ['AccessProbing', searcher.sub], ['BaitTouched', toucher.sub], ['EmergencyAccess', helper.sub],
      ['ManyPatients', reader.sub],
    ];
    const found = await taken({ patientsFloor: 2 });
    expect(found).toHaveLength(expected.length);
    expect(found).toEqual(expect.arrayContaining(expected));
    expect(await taken()).toEqual([]);
  });

  it('of a batch that is gone is a gap, about nobody', async () => {
    await finishBatch(service);
    await runOnce(service);
    const gone = await finishBatch(service);
    await finishBatch(service);
    await service.admin('DELETE FROM audit.batch WHERE no = $1', [gone]);
    expect(await taken()).toEqual([['AuditTrailGap', undefined]]);
  });
});
