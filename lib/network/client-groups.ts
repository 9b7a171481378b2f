import type { CfnSecurityGroup, ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

/** PostgreSQL, as a literal: a rule cannot judge a port that is known only at deploy. */
export const DATABASE_PORT = 5432;

/** A rule that no packet fits. */
const NOTHING_OUT = { CidrIp: '255.255.255.255/32', Description: 'Nothing', IpProtocol: 'icmp', FromPort: 252, ToPort: 86 };

/**
 * The security groups of every tier, made together so that each tier's group can name the next one's. Nothing is open to a
 * range except 443 on the load balancer. Each function has a group of its own, so that it reaches what it calls and no more, and a
 * flow log tells who connected. 164.312(e)(1).
 */
export class ClientGroups extends Construct {
  readonly loadBalancer: ISecurityGroup;
  readonly recordsFunction: ISecurityGroup;
  readonly migrationFunction: ISecurityGroup;
  readonly auditExporter: ISecurityGroup;
  readonly auditSignals: ISecurityGroup;
  readonly keyRotation: ISecurityGroup;
  readonly administration: ISecurityGroup;
  readonly sessionRevoker: ISecurityGroup;
  readonly proxy: ISecurityGroup;
  readonly database: ISecurityGroup;
  readonly endpoints: ISecurityGroup;
  /** Lets nothing in and nothing out: where a containment moves the database. */
  readonly quarantine: ISecurityGroup;

  constructor(scope: Construct, id: string, { vpc }: { readonly vpc: IVpc }) {
    super(scope, id);
    const openGroup = (groupId: string, description: string): ISecurityGroup =>
      new SecurityGroup(this, groupId, { vpc, description, allowAllOutbound: false });
    const group = (groupId: string, description: string): ISecurityGroup => {
      const created = openGroup(groupId, description);
      // By the L1 property: EC2 lets everything out of a group that states no rule of its own, and the L2 drops its closing
      // rule as soon as another rule, which is a resource apart, names a group.
      (created.node.defaultChild as CfnSecurityGroup).addPropertyOverride('SecurityGroupEgress', [NOTHING_OUT]);
      return created;
    };
    this.loadBalancer = openGroup('LoadBalancer', 'Load balancer: HTTPS in, HTTPS out for token keys');
    this.recordsFunction = group('RecordsFunction', 'Records function: to the proxy and to private endpoints');
    this.migrationFunction = group('MigrationFunction', 'Migration function: to the database and to private endpoints');
    this.auditExporter = group('AuditExporter', 'Audit exporter: to the database, to private endpoints, to S3');
    this.auditSignals = group('AuditSignals', 'Audit signals: to the database and to private endpoints');
    this.keyRotation = group('KeyRotation', 'Key rotation: to the database, to private endpoints, to S3');
    this.administration = group('Administration', 'Administration function: to the database and to S3');
    this.sessionRevoker = group('SessionRevoker', 'Session revoker: to the database');
    this.proxy = group('Proxy', 'RDS Proxy: from the records function, to the database');
    this.database = group('Database', 'Database: from the proxy, and from functions that log in to it themselves');
    this.endpoints = group('Endpoints', 'Interface endpoints: HTTPS from the functions');
    this.quarantine = group('Quarantine', 'Quarantine: nothing in, nothing out, for what is contained');

    this.loadBalancer.addIngressRule(Peer.anyIpv4(), Port.HTTPS, 'Clients of the API');
    this.loadBalancer.addEgressRule(Peer.anyIpv4(), Port.HTTPS, 'Public token keys of the user pool');
    this.connect(this.recordsFunction, this.proxy, DATABASE_PORT, 'Records function to proxy');
    this.connect(this.proxy, this.database, DATABASE_PORT, 'Proxy to database');
    this.connect(this.migrationFunction, this.database, DATABASE_PORT, 'Migration to database');
    this.connect(this.auditExporter, this.database, DATABASE_PORT, 'Audit exporter to database');
    this.connect(this.auditSignals, this.database, DATABASE_PORT, 'Audit signals to database');
    this.connect(this.keyRotation, this.database, DATABASE_PORT, 'Key rotation to database');
    this.connect(this.administration, this.database, DATABASE_PORT, 'Administration to database');
    this.connect(this.sessionRevoker, this.database, DATABASE_PORT, 'Session revoker to database');
    this.connect(this.recordsFunction, this.endpoints, 443, 'Records function to endpoints');
    this.connect(this.migrationFunction, this.endpoints, 443, 'Migration to endpoints');
    this.connect(this.auditExporter, this.endpoints, 443, 'Audit exporter to endpoints');
    this.connect(this.auditSignals, this.endpoints, 443, 'Audit signals to endpoints');
    this.connect(this.keyRotation, this.endpoints, 443, 'Key rotation to endpoints');
  }

  private connect(from: ISecurityGroup, to: ISecurityGroup, port: number, description: string): void {
    from.addEgressRule(to, Port.tcp(port), description);
    to.addIngressRule(from, Port.tcp(port), description);
  }
}
