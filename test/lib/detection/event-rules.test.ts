import { KEY_CONTEXT_APP, KEY_CONTEXT_MEMBERS } from '../../../lambda/records/contract';
import type { EventPattern } from '../../../lib/compliance/simulation/event-pattern';
import { matchesEvent, MAX_EVENT_PATTERN_LENGTH } from '../../../lib/compliance/simulation/event-pattern';
import { ENVIRONMENTS } from '../../../lib/config/select';
import type { Occurrence } from '../../../lib/detection/detection';
import type { Claim } from '../../support/claims';
import { holds, judgeAll, notices, unlike } from '../../support/claims';
import { tableOf } from '../../support/detections';
import type { Identity } from '../../support/identities';
import { identitiesOf, may } from '../../support/identities';
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
const ALL_CALLS = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';

/** Rules that tell of an event, by the id of their row. */
function patternRules(land: Landscape): readonly { id: string; properties: Rule }[] {
  return land
    .of<Rule>(RULE)
    .filter(({ properties, logicalId }) => properties.EventPattern !== undefined && /^Events(?!Heartbeat)/.test(logicalId))
    .map(({ logicalId, properties }) => ({ id: logicalId.replace(/^Events/, '').replace(/[0-9A-F]{8}$/, ''), properties }));
}

/** Calls that change nothing come only to a rule that asks for them. */
function takes({ EventPattern: pattern = {}, State }: Rule, event: Occurrence): boolean {
  const { readOnly } = event['detail'] as Occurrence;
  return (State === ALL_CALLS || (State === 'ENABLED' && readOnly !== true)) && matchesEvent(pattern, event);
}

function targetsOf(land: Landscape, { Targets }: Rule, type: string): Rule['Targets'] {
  return Targets.filter(({ Arn }) => land.at(Arn)?.type === type);
}

/** Paths of names that the row of a rule tells. */
function namesOf(land: Landscape, id: string): readonly string[] {
  return Object.values(tableOf(land).bus.find((row) => row.id === id)?.tells ?? {}).map((path) => `$.${path}`);
}

const everyRowHasARule: Claim = (land) => {
  const rules = patternRules(land).map(({ id }) => id);
  const rows = tableOf(land).bus.map(({ id }) => id);
  return [unlike('the rules', [...rules].sort(), [...rows].sort())].filter((fault) => fault !== undefined);
};

const rulesTakeTheirEvents: Claim = (land) =>
  judgeAll('rules', patternRules(land), ({ id, properties }) => {
    const { match = [], miss = [] } = tableOf(land).bus.find((row) => row.id === id)?.fixtures ?? {};
    const shown = (event: Occurrence): string => JSON.stringify(event['detail']).replace(/"(?:eventVersion|userAgent|eventTime)":"[^"]*",?/g, '');
    return [
      (match.length === 0 || miss.length === 0) && `${id}: has no fixture`,
      ...match.map((event) => !takes(properties, event) && `${id}: leaves ${shown(event)}`),
      ...miss.map((event) => takes(properties, event) && `${id}: takes ${shown(event)}`),
    ];
  });

/** A pattern with its references written out is as long as the one that is deployed, give or take the name of an endpoint. */
const patternsAreTaken: Claim = (land) =>
  judgeAll('rules', patternRules(land), ({ id, properties }) => {
    const { length } = JSON.stringify(properties.EventPattern);
    return [length > MAX_EVENT_PATTERN_LENGTH && `${id}: has a pattern of ${length} characters`];
  });

const officersAreTold: Claim = (land) =>
  judgeAll('rules', patternRules(land), ({ id, properties }) => [
    unlike(
      `${id} tells`,
      targetsOf(land, properties, 'AWS::SNS::Topic')
        .map(({ Arn }) => land.at(Arn)?.logicalId.replace(/Topic[0-9A-F]{8}$/, ''))
        .sort(),
      ['EmergencyAccess', 'BaitTouched'].includes(id) ? ['Privacy', 'Security'] : ['Security'],
    ),
  ]);

/** A mail leaves the encrypted path: it says what and where, and nothing of the event's own content but the names that the row lists. */
const mailsCarryNoContent: Claim = (land) =>
  judgeAll('rules', patternRules(land), ({ id, properties }) =>
    targetsOf(land, properties, 'AWS::SNS::Topic').flatMap(({ InputTransformer }) => [
      !InputTransformer && `${id}: sends the whole event`,
      ...Object.entries(InputTransformer?.InputPathsMap ?? {}).map(
        ([name, path]) => !['$.account', '$.region', '$.time', '$.id', ...namesOf(land, id)].includes(path) && `${id}: sends ${path} as ${name}`,
      ),
      !InputTransformer?.InputTemplate.includes(`docs/runbook.md, ${id}.`) && `${id}: does not say where to read on`,
    ]),
  );

/** What a rule over data watches, and what a role that is there for it may do. */
interface Watched {
  readonly id: string;
  readonly actions: readonly string[];
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
  readonly detail: Occurrence;
}

function watchedIn(land: Landscape): readonly Watched[] {
  const objects = (logicalId: string, id: string, folder: string): Watched => {
    const bucket = land.one('AWS::S3::Bucket', logicalId);
    return {
      id,
      actions: ['s3:GetObject', 's3:PutObject'],
      resource: `${land.arnOf(bucket)}/${folder}/some`,
      context: { 's3:authType': 'REST-QUERY-STRING', 's3:signatureAge': '1000' },
      detail: { eventSource: 's3.amazonaws.com', eventName: 'GetObject', readOnly: true, requestParameters: { bucketName: land.refOf(bucket) } },
    };
  };
  const key = land.arnOf(land.one('AWS::KMS::Key', 'KeysFields'));
  const values: Readonly<Record<string, string>> = { app: KEY_CONTEXT_APP, env: land.config.name };
  const members = KEY_CONTEXT_MEMBERS.map((member) => [`kms:EncryptionContext:${member}`, values[member] ?? 'some'] as const);
  return [
    objects('DocumentsBucket', 'DocumentAccess', 'documents'),
    objects('ArchiveAuditBucket', 'AuditArchiveAccess', 'audit'),
    {
      id: 'FieldKeyUse',
      actions: ['kms:Decrypt'],
      resource: key,
      context: { ...Object.fromEntries(members), 'kms:EncryptionContextKeys': KEY_CONTEXT_MEMBERS },
      detail: {
        ...{ eventSource: 'kms.amazonaws.com', eventName: 'Decrypt', readOnly: true, resources: [{ ARN: key }] },
        vpcEndpointId: land.refOf(land.one('AWS::EC2::VPCEndpoint', 'RecordsVpcKms')),
      },
    },
  ];
}

/** By the role's own policies, or as AWS Backup, whose policies no template shows. */
function isThereFor(land: Landscape, identity: Identity, { actions, resource, context }: Watched): boolean {
  const backsUp = resource.includes(':s3:') && identity.awsManaged.some((name) => name.endsWith('BackupServiceRolePolicyForS3Backup'));
  return backsUp || actions.some((action) => may(land, identity, { action, resource, context }));
}

const dailyWorkIsLeft: Claim = (land) =>
  judgeAll('roles', identitiesOf(land), (identity) =>
    watchedIn(land).map((watched) => {
      const rule = patternRules(land).find(({ id }) => id === watched.id);
      const userIdentity = { type: 'AssumedRole', accountId: land.account, sessionContext: { sessionIssuer: { arn: identity.arn } } };
      const source = `aws.${String(watched.detail['eventSource']).split('.')[0]}`;
      const taken = rule !== undefined && takes(rule.properties, { source, detail: { ...watched.detail, userIdentity } });
      if (isThereFor(land, identity, watched) !== taken) return false;
      return `${watched.id}: ${taken ? 'takes the work' : 'misses a use'} of ${identity.role.name}`;
    }),
  );

describe('the event rules', () => {
  holds('are those of the table', everyRowHasARule);
  holds('take what they watch for, and leave what looks alike', rulesTakeTheirEvents);
  holds('over data take whoever may not do it, and leave whoever works there', dailyWorkIsLeft);
  holds('have patterns that EventBridge takes', patternsAreTaken);
  holds('mail what happened and where, and nothing of the content but whom it is about', mailsCarryNoContent);
  holds('tell the security officer, and the privacy officer of what may be a breach', officersAreTold);

  const detail = (id: string, ...path: readonly (string | number)[]) => [`Events${id}`, ['EventPattern', 'detail', ...path]] as const;
  const issuer = ['userIdentity', 'sessionContext', 'sessionIssuer', 'arn'];

  notices(
    'a rule that is off',
    rulesTakeTheirEvents,
    (draft) => draft.set(RULE, 'EventsThreatFinding', ['State'], 'DISABLED'),
    /^ThreatFinding: leaves/,
  );
  notices('a rule too many', everyRowHasARule, (draft) => draft.remove(RULE, 'EventsKeyLoss'), /the rules/);
  notices(
    'a restore that is asked for its state',
    rulesTakeTheirEvents,
    (draft) => draft.set(RULE, ...detail('RestoreFailed'), { state: ['FAILED', 'ABORTED'] }),
    /^RestoreFailed: leaves .*"status":"FAILED"/,
  );
  notices(
    'a severity given as text',
    rulesTakeTheirEvents,
    (draft) => draft.set(RULE, ...detail('ThreatFinding', 'severity'), ['4', '8']),
    /^ThreatFinding: leaves/,
  );
  notices(
    'a rule that takes every finding',
    rulesTakeTheirEvents,
    (draft) => draft.unset(RULE, ...detail('CriticalControlFailed')),
    /^CriticalControlFailed: takes/,
  );
  notices(
    'an exemption that leaves out whoever has no role',
    rulesTakeTheirEvents,
    (draft) => draft.unset(RULE, ...detail('KeyLoss', ...issuer, 0)),
    /^KeyLoss: leaves .*"type":"Root"/,
  );
  notices(
    'an exemption of a deploy that touches the trail',
    rulesTakeTheirEvents,
    (draft) => draft.set(RULE, ...detail('TrailChange', ...issuer, 1), { 'anything-but': { wildcard: '*:role/cdk-*' } }),
    /^TrailChange: leaves .*cfn-exec-role/,
  );
  notices(
    'a deploy that is not exempt where it is to be',
    rulesTakeTheirEvents,
    (draft) => draft.unset(RULE, ...detail('BucketPolicyChange', 'userIdentity')),
    /^BucketPolicyChange: takes .*cfn-exec-role/,
  );
  notices(
    'the reading of secrets by a rule that gets no reading',
    rulesTakeTheirEvents,
    (draft) => draft.set(RULE, 'EventsSecretRead', ['State'], 'ENABLED'),
    /^SecretRead: leaves .*GetSecretValue/,
  );
  notices(
    'a secret that is read by any endpoint',
    rulesTakeTheirEvents,
    (draft) => draft.set(RULE, ...detail('SecretRead', '$or', 0, 'vpcEndpointId'), [{ exists: false }]),
    /^SecretRead: leaves .*vpce-0123456789abcdef0/,
  );
  notices(
    'a use of the key by whoever is in the network',
    rulesTakeTheirEvents,
    (draft) => draft.set(RULE, ...detail('FieldKeyUse', '$or', 0), { userIdentity: { type: ['Root'] } }),
    /^FieldKeyUse: leaves .*role\/operator/,
  );
  notices(
    'a use of the key with stolen credentials',
    rulesTakeTheirEvents,
    (draft) => draft.set(RULE, ...detail('FieldKeyUse', '$or', 1), { vpcEndpointId: [{ exists: false }] }),
    /^FieldKeyUse: leaves .*records-api.*vpce-0123456789abcdef0/,
  );
  notices(
    'what strangers ask for in vain',
    rulesTakeTheirEvents,
    (draft) => draft.unset(RULE, ...detail('DocumentAccess', '$or')),
    /^DocumentAccess: takes .*ANONYMOUS_PRINCIPAL/,
  );
  notices(
    'an auditor at work',
    rulesTakeTheirEvents,
    (draft) => draft.unset(RULE, ...detail('AuditArchiveAccess', ...issuer, 1, 'anything-but', 3)),
    /^AuditArchiveAccess: takes .*StaffAuditor/,
  );
  notices(
    'the work of a backup',
    dailyWorkIsLeft,
    (draft) => draft.unset(RULE, ...detail('DocumentAccess', ...issuer, 1, 'anything-but', 1)),
    /^DocumentAccess: takes the work of Backup/,
  );
  notices(
    'a rule that leaves out whoever belongs elsewhere',
    dailyWorkIsLeft,
    (draft) => draft.set(RULE, ...detail('AuditArchiveAccess', ...issuer, 1, 'anything-but', 0), `arn:aws:iam::${ENVIRONMENTS.prod.account}:role/prod-records-api`),
    /^AuditArchiveAccess: misses a use/,
  );
  notices(
    'every look of root in the console',
    rulesTakeTheirEvents,
    (draft) => draft.set(RULE, 'EventsRootUse', ['State'], ALL_CALLS),
    /^RootUse: takes .*ListUsers/,
  );
  notices(
    'a pattern that is too long',
    patternsAreTaken,
    (draft) => draft.set(RULE, ...detail('TrailChange', 'eventName'), ['x'.repeat(MAX_EVENT_PATTERN_LENGTH)]),
    /^TrailChange: has a pattern of/,
  );
  notices(
    'a touched bait that the privacy officer would not hear of',
    officersAreTold,
    (draft) => draft.unset(RULE, 'EventsBaitTouched', ['Targets', 1]),
    /^BaitTouched tells is \["Security"\]/,
  );
  notices(
    'a mail that names whom a rule over calls is about',
    mailsCarryNoContent,
    (draft) => draft.set(RULE, 'EventsKeyLoss', ['Targets', 0, 'InputTransformer', 'InputPathsMap', 'who'], '$.detail.actorId'),
    /^KeyLoss: sends \$\.detail\.actorId as who/,
  );
  notices(
    'a mail with the whole event',
    mailsCarryNoContent,
    (draft) => draft.unset(RULE, 'EventsBackupJobFailed', ['Targets', 0, 'InputTransformer']),
    /^BackupJobFailed: sends the whole event/,
  );
});
