import type { CfnResource } from 'aws-cdk-lib';
import type { Detection } from './detection';

/** Template metadata key under which the evidence finds the row that a rule or alarm was made of. */
export const DETECTION_METADATA = 'Detection';

/** Writes the row beside what it became, so that whoever has only the template knows what it is for. 164.316(b)(1). */
export function recordDetection(resource: CfnResource, detection: Detection): void {
  const { id, source, region, severity, citations, fixtures } = detection;
  const response = detection.source === 'bus' ? detection : ({ tier: 'C', action: 'none', target: undefined, exempt: [] } as const);
  resource.addMetadata(DETECTION_METADATA, {
    id,
    source,
    region,
    severity,
    ...(detection.source === 'bus' && detection.severityOfDeployment && { severityOfDeployment: detection.severityOfDeployment }),
    tier: response.tier,
    action: response.action,
    ...(response.target && { target: response.target }),
    exempt: response.exempt,
    citations,
    fixtures: { match: fixtures.match.length, miss: fixtures.miss.length },
  });
}
