import type { Weakening, WeakeningGroup } from '../../support/weakening';
import { referenceTo, WeakeningRows } from '../../support/weakening-rows';
import { COORDINATION_NEUTRAL, COORDINATION_ROWS } from './detection-coordination';

const UNDONE = 'liveness/workflows-can-be-undone';
const ACTS = 'liveness/workflows-act-on-what-is-there';
const NO_DATA = 'strength/workflows-keep-no-data';

type States = Record<string, Record<string, unknown> & { Arguments: Record<string, unknown>; Catch: { ErrorEquals: string[] }[] }>;

const workflow = (prefix: string, name: string): WeakeningRows =>
  new WeakeningRows('AWS::StepFunctions::StateMachine', prefix, `the workflow that ${name}`);
const isolate = workflow('ContainmentContainIsolateFunction', 'isolates a function');
const deny = workflow('ContainmentContainDenyBucket', 'denies the bucket');
const block = workflow('ContainmentContainBlockPublicAccess', 'blocks public access');
const withdraw = workflow('ContainmentContainWithdrawSnapshot', 'withdraws a snapshot');
const detection = workflow('ContainmentContainSwitchDetectionOn', 'switches detection on');
const database = workflow('ContainmentContainIsolateDatabase', 'isolates the database');
const preserve = workflow('ContainmentContainPreserveEvidence', 'preserves evidence');
const quarantine = workflow('ContainmentContainQuarantineUser', 'quarantines a user');
const back = workflow('ContainmentRestoreIsolateFunction', 'restores a function');

/** A workflow with some of its states changed. */
const states = (rows: WeakeningRows, what: string, change: (each: States) => void, noticedBy = UNDONE): Weakening =>
  rows.edit(
    what,
    ['DefinitionString'],
    (properties) => {
      const definition = JSON.parse(String(properties['DefinitionString'])) as { States: States };
      change(definition.States);
      properties['DefinitionString'] = JSON.stringify(definition);
    },
    noticedBy,
  );
const of = (all: States, name: string): States[string] => {
  const state = all[name];
  if (!state) throw new Error(`There is no state ${name}.`);
  return state;
};

const ROWS: readonly Weakening[] = [
  states(isolate, 'that captures nothing first', (all) => void (of(all, 'Decide')['Default'] = 'Reserve nothing')),
  states(isolate, 'whose capture writes over another', (all) => void delete of(all, 'Capture what is there').Arguments['IfNoneMatch']),
  states(
    isolate,
    'whose capture goes into another bucket',
    (all) => void (of(all, 'Capture what is there').Arguments['Bucket'] = 'somewhere'),
  ),
  states(isolate, 'that goes on as if captured when the capture failed', (all) =>
    Object.assign(of(all, 'Capture what is there').Catch[0] ?? {}, { Next: 'Reserve nothing' }),
  ),
  states(isolate, 'with a change that nobody catches', (all) => void (of(all, 'Reserve nothing').Catch = [])),
  states(
    isolate,
    'with a change of which one error is caught',
    (all) => void (of(all, 'Reserve nothing').Catch = [{ ErrorEquals: ['States.Timeout'] }]),
  ),
  states(
    isolate,
    'that tries again after any error',
    (all) => void (of(all, 'Reserve nothing')['Retry'] = [{ ErrorEquals: ['States.ALL'] }]),
  ),
  states(
    isolate,
    'that calls what its role may not',
    (all) => void (of(all, 'Reserve nothing')['Resource'] = 'arn:aws:states:::aws-sdk:lambda:deleteFunction'),
    ACTS,
  ),
  states(isolate, 'that goes on to a state that is not there', (all) => void (of(all, 'Reserve nothing')['Next'] = 'Nowhere')),
  states(back, 'that lifts the hold without a record', (all) => {
    (of(all, 'Decide')['Choices'] as { Next: string }[]).forEach((choice) => (choice.Next = 'Lift the hold'));
  }),
  states(
    block,
    'that takes the block off',
    (all) => void (of(all, 'Block public access')['Resource'] = 'arn:aws:states:::aws-sdk:s3:deletePublicAccessBlock'),
  ),
  ...['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'].map((part) =>
    states(block, `that leaves out ${part}`, (all) => {
      Object.assign(of(all, 'Block public access').Arguments['PublicAccessBlockConfiguration'] ?? {}, { [part]: false });
    }),
  ),
  states(
    withdraw,
    'that shares it instead',
    (all) => void (of(all, 'Withdraw it from everybody').Arguments['ValuesToAdd'] = ['999999999999']),
  ),
  states(detection, 'that switches GuardDuty off', (all) => void (of(all, 'Enable GuardDuty').Arguments['Enable'] = false)),
  states(
    detection,
    'that switches a feature off',
    (all) => void (of(all, 'Enable GuardDuty').Arguments['Features'] = [{ Name: 'S3_DATA_EVENTS', Status: 'DISABLED' }]),
  ),
  states(
    detection,
    'that switches a standard off',
    (all) => void (of(all, 'Enable its standards')['Resource'] = 'arn:aws:states:::aws-sdk:securityhub:batchDisableStandards'),
    ACTS,
  ),
  back.gone(UNDONE),
  isolate.gone(UNDONE),
  isolate.set('RoleArn', referenceTo('AWS::IAM::Role', 'ContainmentContainDenyBucket', 'Arn'), ACTS, 'of another'),
  deny.set('RoleArn', 'arn:aws:iam::111122223333:role/anything', ACTS),
  isolate.set('DefinitionSubstitutions.EvidenceBucket', 'somewhere', UNDONE),
  isolate.set(
    'DefinitionSubstitutions.EvidenceBucket',
    referenceTo('AWS::S3::Bucket', 'DocumentsBucket'),
    UNDONE,
    'the bucket of documents',
  ),
  ...Object.entries({ Environment: 'staging', DeploymentRole: 'somebody', FreezePolicy: 'arn:aws:iam::111122223333:policy/nothing' }).map(
    ([name, value]) => isolate.set(`DefinitionSubstitutions.${name}`, value, ACTS),
  ),
  database.set('DefinitionSubstitutions.Database', 'another', ACTS),
  database.set('DefinitionSubstitutions.QuarantineGroup', 'sg-0123456789abcdef0', ACTS),
  database.set(
    'DefinitionSubstitutions.QuarantineGroup',
    referenceTo('AWS::EC2::SecurityGroup', 'GroupsDatabase', 'GroupId'),
    ACTS,
    'the group that it has',
  ),
  preserve.set('DefinitionSubstitutions.RecordsFunction', 'another', ACTS),
  quarantine.set('DefinitionSubstitutions.UserPool', 'us-east-1_another', ACTS),
  quarantine.set('DefinitionSubstitutions.SessionRevoker', 'arn:aws:lambda:us-east-1:111122223333:function:another', ACTS),
  quarantine.set('DefinitionSubstitutions.SecurityTopic', 'arn:aws:sns:us-east-1:111122223333:another', ACTS),
  deny.set('DefinitionSubstitutions.PreserveWorkflow', 'arn:aws:states:us-east-1:111122223333:stateMachine:another', ACTS),
  deny.set('DefinitionSubstitutions.DocumentBucket', 'another', ACTS),
  deny.set('DefinitionSubstitutions.DocumentBucketArn', 'arn:aws:s3:::another', ACTS),
  deny.set('StateMachineName', 'prod-contain-another', ACTS),
  ...['BreakGlassRoleArn', 'ContainRoleArn', 'RestoreRoleArn'].map((name) =>
    deny.set(`DefinitionSubstitutions.${name}`, 'arn:aws:iam::111122223333:role/another', ACTS),
  ),
  isolate.set('StateMachineType', 'EXPRESS', NO_DATA),
  isolate.set('LoggingConfiguration.Level', 'OFF', NO_DATA),
  isolate.set('LoggingConfiguration.IncludeExecutionData', true, NO_DATA),
  isolate.set(
    'LoggingConfiguration.Destinations.0.CloudWatchLogsLogGroup.LogGroupArn',
    'arn:aws:logs:us-east-1:999999999999:log-group:theirs:*',
    NO_DATA,
  ),
  isolate.lose('LoggingConfiguration', NO_DATA),
];

/** The workflows that contain and restore. */
export const RESPONSE_WEAKENINGS: WeakeningGroup = {
  types: ['AWS::StepFunctions::StateMachine', 'AWS::Lambda::EventSourceMapping'],
  rows: [...ROWS, ...COORDINATION_ROWS],
  neutral: [
    ...COORDINATION_NEUTRAL,
    {
      patterns: ['AWS::StepFunctions::StateMachine DefinitionSubstitutions.BackupRoleArn'],
      because: 'Who backs a closed bucket up: with another one its backups fail while it is closed, and that rings.',
    },
    {
      patterns: ['AWS::StepFunctions::StateMachine DefinitionSubstitutions.TrailBucket'],
      because: 'Where the record of evidence says that the trail is; the archive itself is found by its own checks.',
    },
    {
      patterns: ['AWS::StepFunctions::StateMachine Tags'],
      because: 'For people and bills: a workflow holds ids and names, and no policy here asks for a tag.',
    },
    {
      patterns: ['AWS::StepFunctions::StateMachine DeletionPolicy', 'AWS::StepFunctions::StateMachine UpdateReplacePolicy'],
      because: 'It holds nothing: what its executions found and did is in the evidence bucket, and a deploy makes it again.',
    },
  ],
};
