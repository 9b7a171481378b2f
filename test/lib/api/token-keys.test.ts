import type { Claim } from '../../support/claims';
import { holds, judge, notices, unlike } from '../../support/claims';
import { identityOf, may } from '../../support/identities';

interface Parameter {
  readonly Type: string;
  readonly Value: string;
}

interface LambdaFunction {
  readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
  readonly Role: string;
  readonly VpcConfig?: unknown;
}

const PARAMETER = 'AWS::SSM::Parameter';
const COPY = 'TokenKeys';
const FUNCTION = 'AWS::Lambda::Function';

/** Until the first refresh no token verifies. */
const startsEmpty: Claim = (land) =>
  judge('copies of the token keys', [land.one<Parameter>(PARAMETER, COPY)], ({ properties }) => [
    unlike('type', properties.Type, 'String'),
    unlike('keys', JSON.parse(properties.Value), { keys: [] }),
  ]);

const oneWritesAndOneReads: Claim = (land) => {
  const name = land.refOf(land.one(PARAMETER, COPY));
  const arn = `arn:aws:ssm:${land.config.region}:${land.account}:parameter/${name}`;
  const who = (action: string) =>
    land.of<LambdaFunction>(FUNCTION).filter(({ properties }) => may(land, identityOf(land, properties.Role), { action, resource: arn }));
  const named = (action: string) =>
    who(action)
      .map(({ logicalId }) => logicalId.replace(/Function[0-9A-F]{8}$/, ''))
      .sort();
  const told = land
    .of<LambdaFunction>(FUNCTION)
    .filter(({ properties }) => properties.Environment?.Variables?.['JWKS_PARAMETER_NAME'] === name);
  return [
    unlike('who writes', named('ssm:PutParameter'), ['TokenKeysRefresher']),
    unlike('who reads', named('ssm:GetParameter'), ['RecordsApi', 'TokenKeysRefresher']),
    unlike('who deletes', named('ssm:DeleteParameter'), []),
    unlike('who is told its name', told.map(({ logicalId }) => logicalId.replace(/Function[0-9A-F]{8}$/, '')).sort(), [
      'RecordsApi',
      'TokenKeysRefresher',
    ]),
  ].filter((fault) => fault !== undefined);
};

/** The records function refuses a copy older than an hour, so a refresh may fail three times before anybody is turned away. */
const isRefreshedOften: Claim = (land) =>
  judge(
    'schedules',
    land
      .of<{ ScheduleExpression?: string; Targets: readonly { Arn: string }[] }>('AWS::Events::Rule')
      .filter(({ properties }) => properties.Targets.some(({ Arn }) => land.at(Arn)?.logicalId.startsWith('TokenKeysRefresher'))),
    ({ properties }) => [unlike('schedule', properties.ScheduleExpression, 'rate(15 minutes)')],
  );

/** Else the first users of an environment, and all after a change of the parameter, would wait for the clock. */
const isRefreshedAtDeploy: Claim = (land) =>
  judge('refreshes at deploy', land.of<Readonly<Record<string, string>>>('Custom::TokenKeys'), ({ properties, dependsOn }) => {
    const parameter = land.one<{ Description: string; Value: string }>(PARAMETER, COPY);
    return [
      !land.at(properties['ServiceToken'], FUNCTION)?.logicalId.startsWith('TokenKeysRefresher') && 'asks somebody else',
      !dependsOn.includes(parameter.logicalId) && 'does not wait for the parameter',
      // What the template writes is what the refresh must undo: it runs again whenever one of these changes.
      unlike('parameter', properties['ParameterName'], land.refOf(parameter)),
      unlike('written value', properties['ParameterValue'], parameter.properties.Value),
      unlike('description', properties['ParameterDescription'], parameter.properties.Description),
      unlike('pool', properties['UserPoolId'], land.refOf(land.one('AWS::Cognito::UserPool'))),
    ];
  });

const bothAskTheSamePool: Claim = (land) =>
  judge(
    'functions that verify',
    land.of<LambdaFunction>(FUNCTION).filter(({ logicalId }) => /^(RecordsApi|TokenKeysRefresher)/.test(logicalId)),
    ({ logicalId, properties }) => {
      const variables = properties.Environment?.Variables ?? {};
      return [
        unlike('pool', variables['USER_POOL_ID'], land.refOf(land.one('AWS::Cognito::UserPool'))),
        logicalId.startsWith('RecordsApi') &&
          unlike('client', variables['USER_POOL_CLIENT_ID'], land.refOf(land.one('AWS::Cognito::UserPoolClient'))),
      ];
    },
  );

describe('the copy of the token keys', () => {
  holds('starts empty: nothing is accepted by default', startsEmpty);
  holds('is written by the refresher, read by the records function, and touched by no other', oneWritesAndOneReads);
  holds('is refreshed every 15 minutes', isRefreshedOften);
  holds('is refreshed at deploy, and whenever a deploy overwrites it', isRefreshedAtDeploy);
  holds('is of the pool and client whose tokens the load balancer admits', bothAskTheSamePool);

  notices(
    'a key that was deployed',
    startsEmpty,
    (draft) => draft.set(PARAMETER, COPY, ['Value'], '{"keys":[{"kid":"mine"}]}'),
    /keys is \{"keys":\[\{"kid":"mine"\}\]\}/,
  );
  notices(
    'a records function that may write its own keys',
    oneWritesAndOneReads,
    (draft) =>
      draft.edit<{ PolicyDocument: { Statement: unknown[] } }>('AWS::IAM::ManagedPolicy', 'RecordsApiExecution', ({ PolicyDocument }) => {
        PolicyDocument.Statement.push({ Effect: 'Allow', Action: 'ssm:PutParameter', Resource: '*' });
      }),
    /who writes is \["RecordsApi","TokenKeysRefresher"\]/,
  );
  notices(
    'a daily refresh',
    isRefreshedOften,
    (draft) => draft.set('AWS::Events::Rule', 'TokenKeysSchedule', ['ScheduleExpression'], 'rate(1 day)'),
    /schedule is "rate\(1 day\)"/,
  );
  notices(
    'a parameter that a deploy would empty without a refresh',
    isRefreshedAtDeploy,
    (draft) => draft.set(PARAMETER, COPY, ['Description'], 'Something new'),
    /^Api\/TokenKeysRefreshed\w+: description is/,
  );
  notices(
    'an environment that waits for the clock',
    isRefreshedAtDeploy,
    (draft) => draft.remove('Custom::TokenKeys', ''),
    /^no refreshes at deploy/,
  );
  notices(
    'keys of another pool',
    bothAskTheSamePool,
    (draft) => draft.set(FUNCTION, 'TokenKeysRefresher', ['Environment', 'Variables', 'USER_POOL_ID'], 'us-east-1_Another01'),
    /^Api\/TokenKeysRefresher\w+: pool is/,
  );
});
