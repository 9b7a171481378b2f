import type { Check } from '../../check';
import { missing, verdictOf } from '../../judge';
import { bucketsOf } from '../../kinds';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt } from '../../model/read';

/** Something an environment must have, whatever else it has. */
interface Presence {
  readonly name: string;
  readonly claim: string;
  readonly citation: string;
  /** @default 1 */
  readonly atLeast?: number;
  /** The type that an environment may leave to others, who then answer for it. @default none */
  readonly unlessAdopted?: string;
  readonly find: (environment: EnvironmentModel) => readonly Resource[];
}

const ofType =
  (...types: readonly string[]) =>
  (environment: EnvironmentModel): readonly Resource[] =>
    types.flatMap((type) => environment.of(type));

const PRESENCES: readonly Presence[] = [
  { name: 'a-trail', claim: 'the environment has a trail', citation: '164.312(b)', unlessAdopted: 'AWS::CloudTrail::Trail', find: ofType('AWS::CloudTrail::Trail') },
  { name: 'a-trail-archive', claim: 'the environment has an archive of its trail', citation: '164.312(b)', unlessAdopted: 'AWS::CloudTrail::Trail', find: (each) => bucketsOf(each, 'trailArchive') },
  { name: 'an-audit-archive', claim: 'the environment has an archive of the application’s audit', citation: '164.312(b)', find: (each) => bucketsOf(each, 'auditArchive') },
  {
    name: 'a-record-of-incidents',
    claim: 'the environment has a store for the record of incidents, in which nobody writes over an entry',
    citation: '164.308(a)(6)(ii)',
    find: (each) => bucketsOf(each, 'incidents'),
  },
  { name: 'access-logs', claim: 'the environment has a bucket for server access logs', citation: '164.312(b)', find: (each) => bucketsOf(each, 'accessLogs') },
  { name: 'load-balancer-logs', claim: 'the environment has a bucket for load balancer logs', citation: '164.312(b)', find: (each) => bucketsOf(each, 'loadBalancerLogs') },
  { name: 'flow-logs', claim: 'the environment has flow logs', citation: '164.312(b)', find: ofType('AWS::EC2::FlowLog') },
  { name: 'a-recorder', claim: 'the environment records its configuration', citation: '164.308(a)(8)', unlessAdopted: 'AWS::Config::ConfigurationRecorder', find: ofType('AWS::Config::ConfigurationRecorder') },
  { name: 'a-delivery-channel', claim: 'the recorded configuration is delivered', citation: '164.308(a)(8)', unlessAdopted: 'AWS::Config::ConfigurationRecorder', find: ofType('AWS::Config::DeliveryChannel') },
  { name: 'conformance-rules', claim: 'the recorded configuration is judged by a conformance pack', citation: '164.308(a)(8)', find: ofType('AWS::Config::ConformancePack') },
  { name: 'a-detector', claim: 'the environment has a threat detector', citation: '164.308(a)(1)(ii)(D)', unlessAdopted: 'AWS::GuardDuty::Detector', find: ofType('AWS::GuardDuty::Detector') },
  { name: 'a-hub', claim: 'the environment has a hub of findings', citation: '164.308(a)(1)(ii)(D)', unlessAdopted: 'AWS::SecurityHub::Hub', find: ofType('AWS::SecurityHub::Hub') },
  { name: 'an-access-analyzer', claim: 'the environment analyses outside access', citation: '164.308(a)(4)', unlessAdopted: 'AWS::AccessAnalyzer::Analyzer', find: ofType('AWS::AccessAnalyzer::Analyzer') },
  { name: 'two-vaults', claim: 'the environment has a vault for recent and one for long-kept backups', citation: '164.308(a)(7)(ii)(A)', atLeast: 2, find: ofType('AWS::Backup::BackupVault') },
  { name: 'a-recovery-vault', claim: 'the environment has a vault in another Region', citation: '164.308(a)(7)(ii)(A)', find: vaultsElsewhere },
  { name: 'a-backup-plan', claim: 'the environment has a backup plan', citation: '164.308(a)(7)(ii)(A)', find: ofType('AWS::Backup::BackupPlan') },
  { name: 'a-backup-selection', claim: 'the backup plan selects something', citation: '164.308(a)(7)(ii)(A)', find: ofType('AWS::Backup::BackupSelection') },
  { name: 'restore-tests', claim: 'restores are tested on a schedule', citation: '164.308(a)(7)(ii)(D)', find: ofType('AWS::Backup::RestoreTestingPlan') },
  { name: 'a-database', claim: 'the environment has a database', citation: '164.312(a)(1)', find: ofType('AWS::RDS::DBInstance', 'AWS::RDS::DBCluster') },
  { name: 'a-database-proxy', claim: 'the database is reached through a proxy', citation: '164.312(d)', find: ofType('AWS::RDS::DBProxy') },
  { name: 'a-bucket-of-documents', claim: 'the environment has a bucket for documents', citation: '164.312(a)(1)', find: (each) => bucketsOf(each, 'phi') },
  { name: 'a-user-pool', claim: 'the environment has a user pool', citation: '164.312(d)', find: ofType('AWS::Cognito::UserPool') },
  { name: 'a-group-for-each-role', claim: 'the user pool has the four groups', citation: '164.312(a)(1)', atLeast: 4, find: ofType('AWS::Cognito::UserPoolGroup') },
  { name: 'a-load-balancer', claim: 'the environment has a load balancer', citation: '164.312(e)(1)', find: ofType('AWS::ElasticLoadBalancingV2::LoadBalancer') },
  { name: 'a-web-acl', claim: 'the environment has a web ACL', citation: '164.308(a)(5)(ii)(B)', find: ofType('AWS::WAFv2::WebACL') },
  { name: 'a-web-acl-association', claim: 'the web ACL is associated', citation: '164.308(a)(5)(ii)(B)', find: ofType('AWS::WAFv2::WebACLAssociation') },
  { name: 'web-acl-logging', claim: 'the web ACL logs requests', citation: '164.312(b)', find: ofType('AWS::WAFv2::LoggingConfiguration') },
  { name: 'alarms', claim: 'the environment has alarms', citation: '164.308(a)(6)(ii)', find: ofType('AWS::CloudWatch::Alarm') },
  { name: 'somebody-to-tell', claim: 'somebody is told of alarms', citation: '164.308(a)(6)(ii)', find: mailSubscriptions },
];

function vaultsElsewhere(environment: EnvironmentModel): readonly Resource[] {
  const home = environment.of('AWS::RDS::DBInstance')[0]?.region;
  return environment.of('AWS::Backup::BackupVault').filter(({ region }) => home !== undefined && region !== home);
}

function mailSubscriptions(environment: EnvironmentModel): readonly Resource[] {
  return environment.of('AWS::SNS::Subscription').filter((subscription) => textAt(subscription, 'Endpoint') !== undefined);
}

/** One check for each safeguard that an environment must have at all. */
export const PRESENCE_CHECKS: readonly Check[] = PRESENCES.map(({ name, claim, citation, atLeast = 1, unlessAdopted, find }) => ({
  id: `presence/${name}`,
  claim,
  citations: [citation],
  severity: 'error',
  evaluate: (environment) => {
    const found = find(environment);
    const adopted = unlessAdopted === undefined ? undefined : environment.adopted(unlessAdopted);
    if (found.length === 0 && adopted) return { state: 'notApplicable', reason: `${adopted.managedBy} runs it, which these templates do not show` };
    return verdictOf(found, found.length >= atLeast ? [] : [missing(environment, citation, `${atLeast} or more; found ${found.length}`)]);
  },
}));
