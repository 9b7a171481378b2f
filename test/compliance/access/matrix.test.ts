import { accessMatrixOf } from '../../../lib/compliance/access/matrix';
import { VOCABULARY } from '../../../lib/compliance/access/vocabulary';
import { changed, modelOf } from '../../support/weakening';
import type { EnvironmentModel } from '../../../lib/compliance/model/environment';

const BACKUP = 'Backup/BackupServiceRole';
const BREAK_GLASS = 'Identity/StaffBreakGlass';
const INCIDENT_OFFICER = 'Identity/StaffIncidentOfficer';
/** What opens records of incidents, and what tells of their clocks and writes that down. */
const INCIDENTS = ['Response/ClocksExecutionRole', 'Response/CoordinationCoordinatorExecutionRole'];
/** What contains and restores writes what it finds and does. */
const WORKFLOWS = [
  ...['BlockPublicAccess', 'DenyBucket', 'IsolateDatabase', 'IsolateFunction', 'KeepKey', 'PreserveEvidence', 'QuarantineUser', 'RevokeRoleSessions', 'SignOutUser', 'SwitchDetectionOn', 'WithdrawSnapshot'].map((action) => `Contain${action}`),
  ...['DenyBucket', 'IsolateDatabase', 'IsolateFunction', 'QuarantineUser', 'RevokeRoleSessions'].map((action) => `Restore${action}`),
].map((workflow) => `Response/Containment${workflow}ExecutionRole`);

/** Who does something to a store, conditions apart. */
function who(model: EnvironmentModel, verb: string, store: string): readonly string[] {
  return [
    ...new Set(
      accessMatrixOf(model)
        .filter((cell) => cell.verb === verb && cell.store === store)
        .map(({ principal }) => principal),
    ),
  ].sort();
}

describe('the matrix of access', () => {
  it.each([
    ['read', 'Data/DocumentsBucket', ['Api/RecordsApiExecutionRole', BACKUP, BREAK_GLASS]],
    // Break-glass reads and deletes documents; to add one is the API's, or a restore's.
    ['write', 'Data/DocumentsBucket', ['Api/RecordsApiExecutionRole', BACKUP]],
    ['delete', 'Data/DocumentsBucket', [BREAK_GLASS]],
    [
      'decrypt',
      'Foundation/KeysRecords',
      ['Api/RecordsApiExecutionRole', BACKUP, 'Data/MigrationsMigrateExecutionRole', BREAK_GLASS],
    ],
    ['decrypt', 'Foundation/KeysFields', ['Api/RecordsApiExecutionRole', 'Data/KeyRotationRotateExecutionRole']],
    ['delete', 'Foundation/KeysFields', []],
    ['sign', 'Foundation/KeysBatchSigning', ['Api/AuditExporterExecutionRole']],
    // Batches are the exporter's alone: the bucket refuses anybody else's below their prefix.
    ['write', 'Foundation/ArchiveAuditBucket', ['Api/AuditExporterExecutionRole', BACKUP]],
    ['write', 'Foundation/ArchiveTrailBucket', ['service cloudtrail.amazonaws.com', 'service delivery.logs.amazonaws.com']],
    ['read', 'Foundation/ArchiveTrailBucket', ['Identity/StaffAuditor', BREAK_GLASS, INCIDENT_OFFICER, 'Trail/GuardianExecutionRole']],
    ['write', 'Response/EvidenceRecordsBucket', [INCIDENT_OFFICER, ...[...INCIDENTS, ...WORKFLOWS].sort()]],
    ['read', 'Response/EvidenceRecordsBucket', [BACKUP, 'Identity/StaffAuditor', BREAK_GLASS, INCIDENT_OFFICER, ...[...INCIDENTS, ...WORKFLOWS].sort()]],
    // The workflow puts the block of public access back, which counts as policy; it may change nothing else of a bucket.
    ['change policy', 'Response/EvidenceRecordsBucket', [BREAK_GLASS, 'Response/ContainmentContainBlockPublicAccessExecutionRole']],
    ['delete', 'Response/EvidenceRecordsBucket', [BREAK_GLASS]],
    ['delete', 'Foundation/ArchiveTrailBucket', [BREAK_GLASS]],
    ['delete', 'Trail/AuditTrailEventsGroup', []],
    ['shorten', 'Trail/AuditTrailEventsGroup', []],
    ['delete', 'Trail/AuditTrail', []],
    ['connect', 'Data/Proxy', ['Api/RecordsApiExecutionRole']],
    ['read', 'Data/DatabaseInstance', ['Data/MigrationsMigrateExecutionRole']],
    ['invoke', 'Api/RecordsApiFunction', ['service elasticloadbalancing.amazonaws.com']],
    ['write', 'Api/TokenKeysJwks', ['Api/TokenKeysRefresherExecutionRole']],
    ['assume', BREAK_GLASS, ['this account']],
    ['pass', BACKUP, [BREAK_GLASS]],
    ['delete', 'Data/DatabaseInstance', []],
    // For continuous backups AWS Backup sets their retention; the workflows set security groups.
    [
      'administer',
      'Data/DatabaseInstance',
      [BACKUP, BREAK_GLASS, ...['Contain', 'Restore'].map((direction) => `Response/Containment${direction}IsolateDatabaseExecutionRole`)],
    ],
    ['shorten', 'Backup/BackupLongTermVault', [BREAK_GLASS]],
  ])('says who can %s %s', (verb, store, principals) => {
    expect(who(modelOf('prod'), verb, store)).toEqual(principals);
  });

  it('shows nobody of another account but AWS itself, and everybody at no store', () => {
    const outsiders = accessMatrixOf(modelOf('prod')).filter(({ principal }) => /^(?:anyone|account)/.test(principal));
    // Elastic Load Balancing itself, in a Region where it has an account of its own for logs.
    expect(outsiders.map(({ principal, verb, store }) => [principal, verb, store])).toEqual([
      ['account 127311923021', 'write', 'Foundation/LandingLoadBalancerLogsBucket'],
    ]);
  });

  it('leaves out what a store denies to a role for certain, and what its key does not hand to the account', () => {
    const generous = changed('prod', (draft) => {
      draft.edit('AWS::IAM::ManagedPolicy', 'StaffOperatorPermissions', ({ PolicyDocument }) => {
        (PolicyDocument as { Statement: unknown[] }).Statement.push({
          Effect: 'Allow',
          Action: ['s3:GetObject', 'kms:Decrypt'],
          Resource: '*',
        });
      });
      draft.edit('AWS::IAM::ManagedPolicy', 'StaffBoundary', ({ PolicyDocument }) => {
        (PolicyDocument as { Statement: unknown[] }).Statement.push({ Effect: 'Allow', Action: '*', Resource: '*' });
      });
      draft.edit('AWS::KMS::Key', 'KeysTrail', ({ KeyPolicy }) => {
        (KeyPolicy as { Statement: unknown[] }).Statement.shift();
      });
    });
    expect(who(generous, 'read', 'Foundation/ArchiveTrailBucket')).toContain('Identity/StaffOperator');
    expect(who(generous, 'decrypt', 'Foundation/KeysAudit')).toContain('Identity/StaffOperator');
    expect(who(generous, 'decrypt', 'Foundation/KeysTrail')).toEqual([
      'service cloudtrail.amazonaws.com',
      'service delivery.logs.amazonaws.com',
    ]);
  });

  it('is the same for the three environments, and in one order', () => {
    const [dev, prod] = [accessMatrixOf(modelOf('dev')), accessMatrixOf(modelOf('prod'))];
    expect(dev).toEqual(prod);
    expect(prod.length).toBeGreaterThan(300);
  });

  it('knows each action once for a type, by the service it belongs to', () => {
    for (const words of Object.values(VOCABULARY)) {
      const actions = words.flatMap((word) => word.actions);
      expect(new Set(actions).size).toBe(actions.length);
      expect(actions.filter((action) => !/^[a-z0-9-]+:[A-Za-z]+$/.test(action))).toEqual([]);
    }
  });
});
