import { CfnResource, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A rule that a resource does not meet, and why that is acceptable for now. 164.306(d)(3). */
export interface AcceptedFinding {
  /**
   * Rule of the HIPAA Security pack, without the pack's prefix, such as `S3BucketReplicationEnabled`, or one of our checks, such as
   * `strength/buckets-log-access`. A hard check cannot be accepted.
   */
  readonly rule: string;
  /** With one of our checks: the property of the finding, such as `LoggingConfiguration`; another finding on the resource stays open. */
  readonly property?: string;
  /** Citation that the rule serves, as `164.312(b)`. */
  readonly citation: string;
  /** What is true of this resource and of no other; 40 characters or more, unique in its environment. */
  readonly because: string;
  /** The control that stands in its place. */
  readonly insteadWe: string;
  /** Who answers for it. @default 'platform engineering' */
  readonly owner?: string;
  /** Who agreed; not the owner. @default 'security officer' */
  readonly approver?: string;
  /** ISO date of the agreement. @default the baseline's own review, {@link APPROVED_ON} */
  readonly approvedOn?: string;
  /** ISO date by which it is reviewed again; the gate fails from that day on. @default {@link EXPIRES_ON} */
  readonly expiresOn?: string;
}

/** Template metadata key under which an auditor finds the exceptions of a resource. */
export const ACCEPTED_FINDINGS_METADATA = 'AcceptedFindings';

/** Plugin name of the pack. Only ids qualified by it leave a record in the validation report. */
const HIPAA_PACK = 'HIPAA.Security';

/** Plugin name of our checks. */
export const CHECKS_PLUGIN = 'Baseline';

const PACK_RULE = /^[A-Z][A-Za-z0-9]+$/;
const CHECK_ID = /^[a-z]+\/[a-z][a-z0-9-]*$/;

const APPROVED_ON = '2026-11-22';
const EXPIRES_ON = '2027-11-22';
const MIN_REASON_LENGTH = 40;

/**
 * The one way to accept a finding: on the resource itself, with everything a reviewer needs.
 *
 * Guarantees that the acceptance is written to the validation report (qualified id) and to the resource's own metadata in
 * the template.
 *
 * @param construct a resource, or an L2 whose default child is one
 * @throws Error when the construct is not a single resource, or a field does not hold what it must
 */
export function acceptFinding(construct: IConstruct, finding: AcceptedFinding): void {
  const resource = leafResource(construct);
  const record = { owner: 'platform engineering', approver: 'security officer', approvedOn: APPROVED_ON, expiresOn: EXPIRES_ON, ...finding };
  assertComplete(record, resource.node.path);
  const accepted = (resource.getMetadata(ACCEPTED_FINDINGS_METADATA) as unknown[] | undefined) ?? [];
  resource.addMetadata(ACCEPTED_FINDINGS_METADATA, [...accepted, record]);
  Validations.of(resource).acknowledge({
    id: CHECK_ID.test(finding.rule) ? `${CHECKS_PLUGIN}::${finding.rule}` : `${HIPAA_PACK}::${HIPAA_PACK}-${finding.rule}`,
    reason: `${record.because} Instead: ${record.insteadWe} (${record.citation}; owner ${record.owner}; review by ${record.expiresOn})`,
  });
}

/**
 * Accepts a warning of CDK's own template validator on one resource. For advice that a decision contradicts, never for an
 * error.
 *
 * @param ruleId rule of the validator, such as `W3010`
 * @throws Error when the construct is not a single resource, or the rule is not a warning
 */
export function acceptAdvice(construct: IConstruct, ruleId: string, because: string): void {
  if (!/^W\d{4}$/.test(ruleId)) throw new Error(`Only a warning can be accepted as advice, and ${ruleId} is none.`);
  Validations.of(leafResource(construct)).acknowledge({ id: `CloudFormation-Validate::${ruleId}`, reason: because });
}

function leafResource(construct: IConstruct): CfnResource {
  const resource = CfnResource.isCfnResource(construct) ? construct : construct.node.defaultChild;
  if (!CfnResource.isCfnResource(resource)) {
    throw new Error(`A finding is accepted on one resource, and ${construct.node.path} is none: pass the resource itself.`);
  }
  return resource;
}

function assertComplete(record: Required<Omit<AcceptedFinding, 'property'>> & AcceptedFinding, path: string): void {
  const faults: string[] = [];
  const isCheck = CHECK_ID.test(record.rule);
  if (!isCheck && !PACK_RULE.test(record.rule)) faults.push(`rule "${record.rule}" is neither a rule name without its pack nor a check`);
  if (record.rule.startsWith('hard/')) faults.push(`rule "${record.rule}" is about a state that no environment may have`);
  if (isCheck && (record.property ?? '') === '') faults.push('property is missing, and one of our checks is accepted for one property');
  if (!/^164\.\d{3}(\([A-Za-z0-9]+\))+$/.test(record.citation)) faults.push(`citation "${record.citation}" is not of the form 164.312(b)`);
  if (record.because.length < MIN_REASON_LENGTH) faults.push(`because is ${record.because.length} characters, fewer than ${MIN_REASON_LENGTH}`);
  if (record.insteadWe.length === 0) faults.push('insteadWe is empty');
  if (record.owner === record.approver) faults.push(`owner and approver are both "${record.owner}"`);
  if (Number.isNaN(Date.parse(record.approvedOn))) faults.push(`approvedOn "${record.approvedOn}" is not an ISO date`);
  if (!(Date.parse(record.expiresOn) > Date.parse(record.approvedOn))) faults.push(`expiresOn "${record.expiresOn}" is not after approvedOn`);
  if (faults.length > 0) throw new Error(`The exception on ${path} is incomplete: ${faults.join('; ')}.`);
}
