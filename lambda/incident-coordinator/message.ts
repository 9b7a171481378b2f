import * as z from 'zod/mini';
import { CodedError } from '../shared/outcome';

const name = () => z.string().check(z.regex(/^[A-Za-z][A-Za-z0-9]{0,63}$/));
const severity = ['critical', 'high', 'medium'] as const;
/** From the event, so it may be anything: what is odd is looked at where it is used. */
const anything = () => z.string().check(z.maxLength(2_048));

const message = z.strictObject({
  ruleId: name(),
  tier: z.enum(['A', 'B', 'C']),
  severity: z.enum(severity),
  severityOfDeployment: z.enum([...severity, '']),
  action: z.string().check(z.regex(/^[a-z]+(?:-[a-z]+)*$/)),
  targetField: z.union([name(), z.literal('')]),
  target: anything(),
  principal: anything(),
  user: anything(),
  eventId: z.string().check(z.regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)),
  time: z.iso.datetime(),
  region: z.string().check(z.regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/)),
});

/** A detection, as a rule tells of it. */
export type Detected = z.infer<typeof message>;

/**
 * Reads a message of the queue.
 *
 * @throws CodedError `message_malformed` for anything that no rule sends.
 */
export function parseMessage(body: unknown): Detected {
  const read = message.safeParse(jsonOf(body));
  if (!read.success) throw new CodedError('message_malformed');
  return read.data;
}

function jsonOf(body: unknown): unknown {
  try {
    return typeof body === 'string' ? (JSON.parse(body) as unknown) : undefined;
  } catch {
    return undefined;
  }
}
