import { bucketFor, bucketPolicyOf } from '../../support/buckets';
import type { Claim } from '../../support/claims';
import { holds, judge, notices } from '../../support/claims';
import { identitiesOf } from '../../support/identities';
import type { Landscape } from '../../support/landscape';
import type { PolicyDocument, Verdict } from '../../support/policy';
import { decide } from '../../support/policy';

const POLICY = 'AWS::S3::BucketPolicy';
const BUCKET = 'EvidenceRecords';
const ENTRY = 'incidents/11111111-1111-4111-8111-111111111111/000001.json';
const TLS = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };
const ONCE = { ...TLS, 's3:if-none-match': '*' };

/** What the bucket's own policy says to a write by the role whose logical id begins so. */
function writes(land: Landscape, role: string, context: Readonly<Record<string, string>>): Verdict {
  const arn = identitiesOf(land).find((identity) => identity.role.logicalId.startsWith(role))?.arn;
  const bucket = bucketFor(land, 'incidents');
  const call = { action: 's3:PutObject', resource: `${land.arnOf(bucket)}/${ENTRY}`, context };
  return decide(bucketPolicyOf(land, bucket), {
    ...call,
    by: { arn: arn ?? `arn:aws:iam::${land.account}:role/${role}`, account: land.account },
  });
}

const onlyTheNamedWrite: Claim = (land) =>
  judge('evidence buckets', [bucketFor(land, 'incidents')], () => [
    writes(land, 'StaffIncidentOfficer', ONCE) === 'denied' && 'refuses the incident officer',
    ...['StaffAuditor', 'StaffOperator', 'RecordsApi', 'AuditExporter', 'somebody'].map(
      (role) => writes(land, role, ONCE) !== 'denied' && `takes an entry of ${role}`,
    ),
  ]);

const nothingIsWrittenOver: Claim = (land) =>
  judge('evidence buckets', [bucketFor(land, 'incidents')], () =>
    ['StaffIncidentOfficer', 'StaffBreakGlass'].map((role) => writes(land, role, TLS) !== 'denied' && `lets ${role} write over an entry`),
  );

const without =
  (sid: string) =>
  ({ PolicyDocument }: { PolicyDocument: PolicyDocument }): void => {
    const kept = PolicyDocument.Statement.filter((statement) => (statement as { Sid?: string }).Sid !== sid);
    PolicyDocument.Statement.splice(0, PolicyDocument.Statement.length, ...kept);
  };

describe('the bucket of the record of incidents', () => {
  holds('takes entries of those who are named, and of nobody else', onlyTheNamedWrite);
  holds('lets nobody write over an entry, break-glass included', nothingIsWrittenOver);

  notices(
    'a policy that lets anybody add entries',
    onlyTheNamedWrite,
    (draft) => draft.edit(POLICY, BUCKET, without('DenyForeignEntries')),
    /takes an entry of StaffAuditor/,
  );
  notices(
    'a policy under which an entry can be written over',
    nothingIsWrittenOver,
    (draft) => draft.edit(POLICY, BUCKET, without('DenyOverwriting')),
    /lets StaffIncidentOfficer write over an entry/,
  );
});
