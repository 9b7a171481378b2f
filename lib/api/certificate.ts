import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import { ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';

/**
 * The API's name and its certificate. With a hosted zone both are made here, by attributes, since a look-up would need AWS
 * at synthesis; with a certificate of your own the record is yours to make. 164.312(e)(1).
 */
export class ApiName extends Construct {
  readonly certificate: ICertificate;
  private readonly zone: IHostedZone | undefined;

  constructor(scope: Construct, id: string, private readonly config: EnvironmentConfig) {
    super(scope, id);
    const { certificate, domainName } = config;
    if (certificate.from === 'arn') {
      this.certificate = Certificate.fromCertificateArn(this, 'Certificate', certificate.certificateArn);
      return;
    }
    this.zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId: certificate.hostedZoneId, zoneName: certificate.zoneName });
    this.certificate = new Certificate(this, 'Certificate', { domainName, validation: CertificateValidation.fromDns(this.zone) });
  }

  /** Points the name at the load balancer, where the zone is ours. */
  pointAt(loadBalancer: IApplicationLoadBalancer): void {
    if (!this.zone) return;
    new ARecord(this, 'Alias', {
      zone: this.zone,
      recordName: this.config.domainName,
      target: RecordTarget.fromAlias(new LoadBalancerTarget(loadBalancer)),
    });
  }
}
