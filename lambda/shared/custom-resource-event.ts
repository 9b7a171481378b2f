import { isRecord } from './record';
import { parseUuid, type Uuid } from './uuid';

/** What CloudFormation asks of a custom resource. */
export const REQUEST_TYPES = ['Create', 'Update', 'Delete'] as const;

/** One of {@link REQUEST_TYPES}. */
export type RequestType = (typeof REQUEST_TYPES)[number];

/** The part of a CloudFormation request that an answer needs, and the properties of the resource. */
export interface ResourceRequest {
  readonly type: RequestType;
  readonly responseUrl: URL;
  readonly stackId: string;
  readonly requestId: string;
  readonly logicalResourceId: string;
  /** Absent on Create; CloudFormation's own placeholder when the creation failed before answering. */
  readonly physicalResourceId: string | undefined;
  readonly properties: Readonly<Record<string, unknown>>;
  /** `requestId` when it is a UUID, which CloudFormation's are, for the log. */
  readonly loggableId: Uuid | undefined;
}

/**
 * Parses a request. The address to answer must be https in an AWS domain, so that whoever may invoke the function cannot have it
 * write to an address of their choice.
 *
 * @returns undefined when the event is not a request that can be answered.
 */
export function parseResourceEvent(event: unknown): ResourceRequest | undefined {
  if (!isRecord(event)) return undefined;
  const { RequestType: type, StackId: stackId, RequestId: requestId, LogicalResourceId: logicalResourceId } = event;
  const responseUrl = parseResponseUrl(event['ResponseURL']);
  if (!isRequestType(type) || !responseUrl) return undefined;
  if (typeof stackId !== 'string' || typeof requestId !== 'string' || typeof logicalResourceId !== 'string') return undefined;
  const physicalResourceId = event['PhysicalResourceId'];
  const properties = event['ResourceProperties'];
  return {
    type,
    responseUrl,
    stackId,
    requestId,
    logicalResourceId,
    physicalResourceId: typeof physicalResourceId === 'string' && physicalResourceId !== '' ? physicalResourceId : undefined,
    properties: isRecord(properties) ? properties : {},
    loggableId: parseUuid(requestId),
  };
}

function isRequestType(value: unknown): value is RequestType {
  return REQUEST_TYPES.some((type) => type === value);
}

function parseResponseUrl(value: unknown): URL | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  const inAws = /\.amazonaws\.com(\.cn)?$/.test(url.hostname);
  return url.protocol === 'https:' && inAws && url.username === '' && url.port === '' ? url : undefined;
}
