import type { Weakening } from '../../support/weakening';
import { WeakeningRows } from '../../support/weakening-rows';

const BOUNDED = 'access/people-prove-themselves';
const POLICIES = 'strength/roles-take-known-policies';
const THERE = 'strength/named-roles-are-there';

const role = (prefix: string, name: string): WeakeningRows => new WeakeningRows('AWS::IAM::Role', prefix, `the role of ${name}`);
const breakGlass = role('StaffBreakGlass', 'emergencies');
const operator = role('StaffOperator', 'operators');
const auditor = role('StaffAuditor', 'auditors');
const officer = role('StaffIncidentOfficer', 'incident officers');
const records = role('RecordsApi', 'the records function');
const exporter = role('AuditExporter', 'the audit exporter');
const backup = role('BackupService', 'AWS Backup');
const monitoring = role('DatabaseMonitoring', 'the monitoring of the database');
const recorder = role('ConfigRecordingRole', 'the recorder');
const recordsPolicy = new WeakeningRows('AWS::IAM::ManagedPolicy', 'RecordsApi', 'the policy of the records function');
const boundary = new WeakeningRows('AWS::IAM::ManagedPolicy', 'StaffBoundary', 'the boundary of people');
const taken = (rows: WeakeningRows, arn: string, covers: readonly string[] = []): Weakening =>
  rows.edit(`with ${arn}`, covers, (properties) => Object.assign(properties, { ManagedPolicyArns: [...((properties['ManagedPolicyArns'] as unknown[] | undefined) ?? []), arn] }), POLICIES);

/** Roles and what is attached to them; the statements of policies are broken elsewhere, one by one. */
export const ROLE_ROWS: readonly Weakening[] = [
  breakGlass.set('RoleName', 'prod-emergency', 'liveness/emergency-use-rings'),
  records.set('RoleName', 'prod-records', THERE),
  exporter.set('RoleName', 'prod-exporter', THERE),
  backup.drop('RoleName', THERE),
  breakGlass.set('MaxSessionDuration', 43_200, BOUNDED),
  operator.set('MaxSessionDuration', '7200', BOUNDED),
  breakGlass.drop('PermissionsBoundary', BOUNDED),
  officer.drop('PermissionsBoundary', BOUNDED),
  officer.set('MaxSessionDuration', 43_200, BOUNDED),
  auditor.set('PermissionsBoundary', 'arn:aws:iam::aws:policy/ReadOnlyAccess', BOUNDED),
  auditor.set('ManagedPolicyArns.0', 'arn:aws:iam::aws:policy/ReadOnlyAccess', POLICIES),
  ...[0, 1, 2, 3].map((at) => backup.edit(`without policy ${at}`, [], (properties) => void (properties['ManagedPolicyArns'] as unknown[]).splice(at, 1), 'liveness/service-roles-can-work')),
  recorder.edit('without its policy', [], (properties) => void delete properties['ManagedPolicyArns'], 'liveness/service-roles-can-work'),
  monitoring.edit('without its policy', [], (properties) => void delete properties['ManagedPolicyArns'], 'liveness/service-roles-can-work'),
  taken(auditor, 'arn:aws:iam::aws:policy/AmazonS3FullAccess'),
  taken(records, 'arn:aws:iam::aws:policy/AmazonRDSFullAccess'),
  taken(recorder, 'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores'),
  taken(operator, 'arn:aws:iam::444455556666:policy/theirs'),
  operator.edit('with administrator access', [], (properties) => Object.assign(properties, { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }), 'hard/nobody-is-administrator'),
  recordsPolicy.set('Roles.0', { Ref: 'TokenKeysRefresherExecutionRole30A759F5' }, POLICIES, 'of another role'),
  recordsPolicy.edit('attached to a second role', [], (properties) => void (properties['Roles'] as unknown[]).push('somebody-elses-role'), POLICIES),
  recordsPolicy.edit('attached to nobody', [], (properties) => void delete properties['Roles'], POLICIES),
  boundary.add('Roles', ['prod-records-api'], POLICIES),
];
