import type { Stack } from 'aws-cdk-lib';
import type { EnvironmentConfig } from '../config/environment';

/** A resource that others run and this environment uses. */
interface AdoptedResource {
  readonly type: string;
  /** By which the templates refer to it. @default they do not */
  readonly name?: string;
  readonly managedBy: string;
}

/**
 * Writes into a template what the environment leaves to others, and to whom: 164.308(b)(1). Whoever has only the templates would miss a
 * trail there; so do the checks, which then say who answers for it instead.
 */
export function declareAdopted(stack: Stack, config: EnvironmentConfig): void {
  const adopted = adoptedBy(config);
  if (adopted.length > 0) stack.templateOptions.metadata = { ...stack.templateOptions.metadata, AdoptedResources: adopted };
}

function adoptedBy({ accountServices, recordingWriterRoleName }: EnvironmentConfig): readonly AdoptedResource[] {
  const { accountTrail, configRecorder, guardDuty, securityHub, accessAnalyzer, rdsMetricsLogGroup } = accountServices;
  const services = [
    ['AWS::Config::ConfigurationRecorder', configRecorder],
    ['AWS::GuardDuty::Detector', guardDuty],
    ['AWS::SecurityHub::Hub', securityHub],
    ['AWS::AccessAnalyzer::Analyzer', accessAnalyzer],
  ] as const;
  return [
    ...(accountTrail.source === 'adopt'
      ? [
          { type: 'AWS::CloudTrail::Trail', managedBy: accountTrail.managedBy },
          { type: 'AWS::Logs::LogGroup', name: accountTrail.logGroupName, managedBy: accountTrail.managedBy },
        ]
      : []),
    ...services.flatMap(([type, service]) => (service.source === 'adopt' ? [{ type, managedBy: service.managedBy }] : [])),
    ...(rdsMetricsLogGroup.source === 'adopt' ? [{ type: 'AWS::Logs::LogGroup', name: 'RDSOSMetrics', managedBy: rdsMetricsLogGroup.managedBy }] : []),
    ...(recordingWriterRoleName === undefined
      ? []
      : [{ type: 'AWS::IAM::Role', name: recordingWriterRoleName, managedBy: 'the video product' }]),
  ];
}
