import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { Claim } from '../support/claims';
import { holds, judgeAll, notices } from '../support/claims';
import type { Landscape } from '../support/landscape';
import type { PolicyDocument, Statement } from '../support/policy';
import { decide, list } from '../support/policy';

/** Where each type keeps the policy that says who may use it. */
const POLICIES: Readonly<Record<string, string>> = {
  'AWS::S3::BucketPolicy': 'PolicyDocument',
  'AWS::SNS::TopicPolicy': 'PolicyDocument',
  'AWS::SQS::QueuePolicy': 'PolicyDocument',
  'AWS::KMS::Key': 'KeyPolicy',
  'AWS::Backup::BackupVault': 'AccessPolicy',
  'AWS::Logs::LogGroup': 'ResourcePolicyDocument',
  'AWS::EC2::VPCEndpoint': 'PolicyDocument',
};

/** Allowed without a source condition, by service and action, and what confines them instead. */
const CONFINED_OTHERWISE: Readonly<Record<string, string>> = {
  'delivery.logs.amazonaws.com s3:PutObject':
    'The path that a load balancer writes to carries its own account, and the resource names this one.',
  'delivery.logs.amazonaws.com s3:GetBucketAcl': 'It shows that the bucket has no ACL.',
};
/** Accounts of AWS itself: Elastic Load Balancing, which writes access logs from an account of its own in older Regions. */
const elbAccount = (region: string): string | undefined => RegionInfo.get(region).elbv2Account;
/** Endpoint statements that cannot ask for an account, and why. */
const OPEN_ENDPOINTS: Readonly<Record<string, string>> = {
  AnswerCloudFormation: 'A presigned answer carries the signature of CloudFormation; only the bucket that it goes to is named.',
};

interface Entry {
  readonly owner: string;
  readonly type: string;
  readonly statement: Statement;
  /** Its whole policy, whose denials bind every allowance. */
  readonly policy: readonly Statement[];
}

function entriesOf(land: Landscape): readonly Entry[] {
  return Object.entries(POLICIES).flatMap(([type, property]) =>
    land.of<Record<string, PolicyDocument | undefined>>(type).flatMap(({ name, properties }) => {
      const policy = properties[property]?.Statement ?? [];
      return policy.map((statement) => ({ owner: name, type, statement, policy }));
    }),
  );
}

const allowances = (land: Landscape) => entriesOf(land).filter(({ statement }) => statement.Effect === 'Allow');
const services = ({ statement: { Principal } }: Entry) => (typeof Principal === 'object' ? list(Principal['Service']) : []);
const accounts = ({ statement: { Principal } }: Entry) => (typeof Principal === 'object' ? list(Principal['AWS']) : [Principal ?? '']);

const nobodyAnonymous: Claim = (land) =>
  judgeAll('allowances', allowances(land), (entry) => {
    if (!accounts(entry).includes('*')) return [];
    const { owner, type, statement } = entry;
    const confined = statement.Condition?.['StringEquals']?.['aws:PrincipalAccount'] === land.account;
    const known = type === 'AWS::EC2::VPCEndpoint' && statement.Sid !== undefined && statement.Sid in OPEN_ENDPOINTS;
    return [!confined && !known && `${owner}: ${statement.Sid ?? 'a statement'} allows anybody`];
  });

const noForeignAccount: Claim = (land) =>
  judgeAll('allowances', allowances(land), (entry) =>
    accounts(entry)
      .filter((arn) => arn !== '*')
      .map((arn) => {
        const account = /^arn:aws:iam::(\d{12}):/.exec(arn)?.[1] ?? arn;
        return ![land.account, elbAccount(land.config.region)].includes(account) && `${entry.owner}: allows the account ${account}`;
      }),
  );

/** The same call as the statement allows, made by the service for somebody else's account. */
function foreignContext(statement: Statement, account: string): Record<string, string> {
  const wanted = Object.values(statement.Condition ?? {}).flatMap((keys) =>
    Object.entries(keys).map(([key, value]) => [key, String([value].flat()[0])] as const),
  );
  return {
    'aws:SecureTransport': 'true',
    's3:TlsVersion': '1.3',
    'aws:SourceAccount': '999999999999',
    'aws:SourceArn': 'arn:aws:any:us-east-1:999999999999:thing',
    ...Object.fromEntries(wanted.map(([key, value]) => [key, value.replaceAll(account, '999999999999')])),
  };
}

const servicesActForThisAccount: Claim = (land) =>
  judgeAll(
    'allowances of services',
    allowances(land).filter((entry) => services(entry).length > 0),
    (entry) =>
      services(entry).flatMap((service) =>
        list(entry.statement.Action).flatMap((action) =>
          list(entry.statement.Resource).map((resource) => {
            const call = {
              by: { service },
              action: action.replace('*', ''),
              resource: resource.replace('*', 'any'),
              context: foreignContext(entry.statement, land.account),
            };
            const known =
              action in { 's3:PutObject': 1, 's3:GetBucketAcl': 1 } &&
              `${service} ${action}` in CONFINED_OTHERWISE &&
              isConfined(land, entry, resource);
            return (
              decide(entry.policy, call) === 'allowed' &&
              !known &&
              `${entry.owner}: allows ${action} to ${service} on behalf of any account`
            );
          }),
        ),
      ),
  );

/** What the reasons above rest on: the resource names the account, or there is nothing to learn. */
function isConfined(land: Landscape, { statement }: Entry, resource: string): boolean {
  return list(statement.Action).includes('s3:PutObject') ? resource.includes(`/AWSLogs/${land.account}/`) : true;
}

describe('whoever a resource allows', () => {
  holds('is named: nobody anonymous', nobodyAnonymous);
  holds('is of this account, or AWS itself', noForeignAccount);
  holds('acts for this account, where it is a service', servicesActForThisAccount);

  notices(
    'an anonymous reader',
    nobodyAnonymous,
    (draft) =>
      draft.edit<{ PolicyDocument: PolicyDocument }>('AWS::S3::BucketPolicy', 'Documents', ({ PolicyDocument }) => {
        PolicyDocument.Statement.push({ Sid: 'Public', Effect: 'Allow', Principal: { AWS: '*' }, Action: 's3:GetObject', Resource: '*' });
      }),
    /^Data\/Documents\w+: Public allows anybody/,
  );
  notices(
    'an endpoint without its account',
    nobodyAnonymous,
    (draft) => draft.unset('AWS::EC2::VPCEndpoint', 'RecordsVpcSystemsManager', ['PolicyDocument', 'Statement', 0, 'Condition']),
    /^Network\/RecordsVpcSystemsManager\w+: a statement allows anybody/,
  );
  notices(
    'a foreign account',
    noForeignAccount,
    (draft) =>
      draft.edit<{ KeyPolicy: PolicyDocument }>('AWS::KMS::Key', 'KeysRecords', ({ KeyPolicy }) => {
        KeyPolicy.Statement.push({
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::999999999999:root' },
          Action: 'kms:Decrypt',
          Resource: '*',
        });
      }),
    /^Foundation\/KeysRecords\w+: allows the account 999999999999/,
  );
  notices(
    'a trail of another account that may write',
    servicesActForThisAccount,
    (draft) =>
      draft.edit<{ PolicyDocument: PolicyDocument }>('AWS::S3::BucketPolicy', 'ArchiveTrail', ({ PolicyDocument }) => {
        PolicyDocument.Statement = PolicyDocument.Statement.filter(({ Sid }) => Sid !== 'DenyForeignTrails');
      }),
    /^Foundation\/ArchiveTrail\w+: allows s3:PutObject to cloudtrail\.amazonaws\.com on behalf of any account/,
  );
});
