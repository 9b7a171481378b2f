import { walk, WorkflowError } from '../../../local/workflows/walker';
import { coordinate } from '../../../lambda/incident-coordinator/coordinate';
import { decide } from '../../../lambda/incident-coordinator/decide';
import { parseMessage, type Detected } from '../../../lambda/incident-coordinator/message';
import { readSettings, type Settings } from '../../../lambda/incident-coordinator/settings';
import type { EventPattern } from '../../../lib/compliance/simulation/event-pattern';
import { matchesEvent } from '../../../lib/compliance/simulation/event-pattern';
import type { BusDetection, Occurrence } from '../../../lib/detection/detection';
import type { Claim } from '../../support/claims';
import { holds, judgeAll, notices, unlike } from '../../support/claims';
import { workflows } from '../../support/containments';
import { CoordinationWorld } from '../../support/coordination';
import { tableOf } from '../../support/detections';
import { identityOf, may } from '../../support/identities';
import type { Landscape, Resource } from '../../support/landscape';
import { landscapeOf } from '../../support/landscape';

const RULE = 'AWS::Events::Rule';

interface Transformer {
  readonly InputPathsMap: Readonly<Record<string, string>>;
  readonly InputTemplate: string;
}
interface Rule {
  readonly EventPattern: EventPattern;
  readonly Targets: readonly { readonly Arn: string; readonly InputTransformer: Transformer }[];
}
interface Coordinator {
  readonly Role: string;
  readonly Environment: { readonly Variables: Parameters<typeof readSettings>[0] };
}

const called = ({ tier, severity }: BusDetection): boolean => tier === 'A' || tier === 'B' || severity === 'critical';

function ruleOf(land: Landscape, id: string): Rule {
  return land.one<Rule>(RULE, `Events${id}`).properties;
}

/** How a rule tells the queue of detections; undefined for one that does not. */
function transformerOf(land: Landscape, rule: Rule): Transformer | undefined {
  return rule.Targets.find(({ Arn }) => land.at(Arn, 'AWS::SQS::Queue')?.logicalId.startsWith('CoordinationDetected'))?.InputTransformer;
}

function coordinatorOf(land: Landscape): Resource<Coordinator> {
  return land.one<Coordinator>('AWS::Lambda::Function', 'CoordinationCoordinator');
}

function settingsOf(land: Landscape): Settings {
  return readSettings(coordinatorOf(land).properties.Environment.Variables);
}

function valueAt(event: Occurrence, path: string): unknown {
  const below = (value: unknown, name: string): unknown =>
    (typeof value === 'object' && value !== null ? (value as Occurrence)[name] : undefined);
  return path.replace(/^\$\./, '').split('.').reduce<unknown>(below, event);
}

/** What EventBridge sends: a text between the quotes that stand there, a value where none stand, and nothing for what the event lacks. */
function sent({ InputPathsMap, InputTemplate }: Transformer, event: Occurrence): string {
  return InputTemplate.replace(/("?)<(\w+)>("?)/g, (_, before: string, name: string, after: string) => {
    const value = valueAt(event, InputPathsMap[name] ?? '');
    if (value === undefined) return `${before}${after}`;
    const text = typeof value === 'string' ? JSON.stringify(value) : JSON.stringify(JSON.stringify(value));
    return before === '' ? JSON.stringify(value) : text;
  });
}

const rowsThatCallAreSent: Claim = (land) =>
  judgeAll('rows', tableOf(land).bus, (row) => [
    unlike(`whether ${row.id} goes to the coordinator`, transformerOf(land, ruleOf(land, row.id)) !== undefined, called(row)),
  ]);

/** An event with its envelope alone still makes a message, and one that names no target. */
const whatIsMissingIsEmpty: Claim = (land) =>
  judgeAll('rows', tableOf(land).bus.filter(called), ({ id, fixtures }) => {
    const transformer = transformerOf(land, ruleOf(land, id));
    const text = transformer ? sent(transformer, { ...fixtures.match[0], detail: {} }) : '';
    try {
      const { ruleId, target, principal } = parseMessage(text);
      return [unlike(`the message of ${id}`, { ruleId, target, principal }, { ruleId: id, target: '', principal: '' })];
    } catch {
      return [`${id}: makes no message of ${text}`];
    }
  });

const nothingElseLeaves: Claim = (land) =>
  judgeAll('rows', tableOf(land).bus.filter(called), ({ id, target }) => {
    const issuer = '$.detail.userIdentity.sessionContext.sessionIssuer.arn';
    const paths = [issuer, '$.detail.userIdentity.userName', '$.id', '$.time', '$.region', ...(target ? [`$.${target.path}`] : [])];
    return [unlike(`what ${id} sends`, Object.values(transformerOf(land, ruleOf(land, id))?.InputPathsMap ?? {}).sort(), paths.sort())];
  });

/** The role may start each workflow that a detection of tier A calls for, and no other. */
const startsWhatIsCalledFor: Claim = (land) => {
  const role = identityOf(land, coordinatorOf(land).properties.Role);
  const settings = settingsOf(land);
  const atOnce = new Set(tableOf(land).bus.filter(({ tier }) => tier === 'A').map(({ action }): string => action));
  return judgeAll('containments', Object.keys(settings.containments), (action) => [
    unlike(
      `whether ${action} may be started`,
      may(land, role, { action: 'states:StartExecution', resource: `${settings.stateMachineArnPrefix}${action}` }),
      atOnce.has(action),
    ),
  ]);
};

describe('what calls for a containment', () => {
  holds('is sent to the coordinator, and nothing else is', rowsThatCallAreSent);
  holds('makes a message whatever the event lacks', whatIsMissingIsEmpty);
  holds('tells the coordinator ids, and nothing else of the event', nothingElseLeaves);
  holds('is all that the coordinator may start', startsWhatIsCalledFor);

  const template = ['Targets', 1, 'InputTransformer', 'InputTemplate'] as const;
  notices('a rule that tells the officer only', rowsThatCallAreSent,
    (draft) => draft.unset(RULE, 'EventsKeyLoss', ['Targets', 1]), /^whether KeyLoss/);
  notices(
    'a placeholder without its quotes',
    whatIsMissingIsEmpty,
    (draft) =>
      draft.edit<{ Targets: { InputTransformer: { InputTemplate: string } }[] }>(RULE, 'EventsKeyLoss', ({ Targets }) => {
        const input = Targets[1]?.InputTransformer;
        if (input) input.InputTemplate = input.InputTemplate.replace('"<target>"', '<target>');
      }),
    /^KeyLoss: makes no message of/,
  );
  notices('a message with the whole event', whatIsMissingIsEmpty,
    (draft) => draft.set(RULE, 'EventsKeyLoss', [...template], '<aws.events.event>'), /^KeyLoss: makes no message/);
  notices(
    'an address that leaves',
    nothingElseLeaves,
    (draft) => draft.set(RULE, 'EventsKeyLoss', ['Targets', 1, 'InputTransformer', 'InputPathsMap', 'more'], '$.detail.sourceIPAddress'),
    /^what KeyLoss sends/,
  );
  notices(
    'a coordinator that may isolate the database',
    startsWhatIsCalledFor,
    (draft) =>
      draft.edit<{ PolicyDocument: { Statement: { Sid?: string; Resource: unknown }[] } }>(
        'AWS::IAM::ManagedPolicy',
        'CoordinationCoordinator',
        ({ PolicyDocument }) => {
          for (const statement of PolicyDocument.Statement) if (statement.Sid === 'StartContainment') statement.Resource = '*';
        },
      ),
    /^whether isolate-database may be started/,
  );
});

describe('from an event to the workflow that contains:', () => {
  const land = landscapeOf('prod');
  const settings = settingsOf(land);
  const rows = tableOf(land).bus.filter(({ action }) => action !== 'none' && action !== 'restart-trail');
  const messagesOf = (row: BusDetection): readonly Detected[] => {
    const rule = ruleOf(land, row.id);
    const transformer = transformerOf(land, rule);
    if (!transformer) throw new Error(`${row.id} does not tell the coordinator.`);
    const taken = row.fixtures.match.filter((event) => matchesEvent(rule.EventPattern, event));
    return taken.map((event) => parseMessage(sent(transformer, event)));
  };

  test('every row of tier A that names a workflow is among them', () => {
    expect(rows.filter(({ tier }) => tier === 'A').map(({ id }) => id)).toEqual(
      expect.arrayContaining(['KeyLoss', 'BucketPolicyChange', 'SnapshotShared', 'DetectorDisabled']),
    );
  });

  test.each(rows.map((row) => [row.id, row] as const))('%s reaches a workflow that takes its input', async (_, row) => {
    const messages = messagesOf(row);
    const decisions = messages.map((message) => decide(message, settings));
    const chosen = decisions.filter((decision) => 'target' in decision || row.target === undefined);
    const asked = chosen.filter(({ kind }) => kind === (row.tier === 'A' ? 'contain' : 'tell'));
    expect(asked.length).toBeGreaterThan(0);
    for (const decision of asked) {
      if (decision.kind !== 'contain' && decision.kind !== 'tell') throw new Error('Neither contained nor told.');
      const workflow = workflows.get(`contain-${decision.action}`);
      if (!workflow) throw new Error(`${row.id} calls for ${decision.action}, and there is no such workflow.`);
      const target = decision.target ? { [decision.target.field]: decision.target.value } : {};
      const standIn = [`arn:aws:kms:${land.config.region}:${land.account}:`, 'arn:Partition:kms:Region:Account:'] as const;
      const input = { incidentId: '01234567-89ab-8cde-8f01-23456789abcd', dryRun: true, ...target };
      const outcome = await walk(workflow, {
        name: 'auto-01234567-89ab-8cde-8f01-23456789abcd',
        // The walker leaves values of a deploy as their names.
        input: JSON.parse(JSON.stringify(input).replaceAll(...standIn)) as unknown,
        answer: () => {
          throw new WorkflowError('Test.Stopped');
        },
      });
      expect(outcome.error).not.toBe('InputRefused');
      expect(outcome.calls.length).toBeGreaterThan(0);
    }
  });

  const atOnce = rows.filter(({ tier }) => tier === 'A').map((row) => [row.id, row] as const);
  test.each(atOnce)('%s starts it, as the role may', async (_, row) => {
    const role = identityOf(land, coordinatorOf(land).properties.Role);
    const starting = messagesOf(row).find((message) => decide(message, settings).kind === 'contain');
    if (!starting) throw new Error(`No fixture of ${row.id} is contained.`);
    const world = new CoordinationWorld();
    world.nowMs = Date.parse(starting.time) + 60_000;
    expect(await coordinate(starting, { ...world.coordination, settings })).toMatchObject({ outcome: 'started' });
    const [start] = world.started;
    expect(start?.arn).toBe(`${settings.stateMachineArnPrefix}${row.action}`);
    expect(may(land, role, { action: 'states:StartExecution', resource: start?.arn ?? '' })).toBe(true);
    expect(Object.keys(start?.input ?? {})).toEqual(['incidentId', 'dryRun', ...(row.target ? [row.target.field] : [])]);
  });

  test('a deploy that a row takes at a lower severity starts nothing', () => {
    const deployed = rows.flatMap(messagesOf).filter(({ principal }) => principal === settings.roles.deployment);
    expect(deployed.length).toBeGreaterThan(1);
    const kinds = deployed.map((message) => [message.ruleId, decide(message, settings).kind]);
    expect(kinds).toEqual(deployed.map(({ ruleId, severityOfDeployment }) => [ruleId, severityOfDeployment === '' ? 'contain' : 'leave']));
  });
});
