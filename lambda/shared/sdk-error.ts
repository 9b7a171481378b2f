import { isRecord } from './record';

/** Status of AWS's answer in an error of the SDK; undefined without an answer. The error's message quotes what was asked and goes nowhere. */
export function statusOf(error: unknown): number | undefined {
  const metadata = isRecord(error) ? error['$metadata'] : undefined;
  const status = isRecord(metadata) ? metadata['httpStatusCode'] : undefined;
  return typeof status === 'number' ? status : undefined;
}
