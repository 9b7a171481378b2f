import { findingsAbout, type Finding, type FindingCode } from './findings';
import { MAX_DELIVERY_AGE_MS, MAX_DIGEST_AGE_MS } from './limits';
import type { DeliveryStatus } from './ports';

/** Of which Region a status is: something always happens at home, and elsewhere perhaps nothing. */
export interface DeliveryPlace {
  readonly region: string;
  readonly isHome: boolean;
}

/**
 * Judges what a trail delivers from one Region: whether it logs, which errors S3 and CloudWatch Logs gave, how old the newest file and
 * digest are. 164.312(b).
 */
export function judgeDelivery(status: DeliveryStatus, { region, isHome }: DeliveryPlace, nowMs: number): readonly Finding[] {
  const finding = findingsAbout(`delivery from ${region}`);
  if (!status.isLogging) return [finding('not_logging', 'logging', 'no logging')];
  const errors: readonly (readonly [FindingCode, string])[] = [
    ['delivery_failed', status.deliveryError],
    ['digest_delivery_failed', status.digestError],
    ['log_group_delivery_failed', status.logGroupError],
  ];
  const late = (code: FindingCode, newestMs: number | undefined, maxMs: number): readonly Finding[] => {
    // A trail that was just started has delivered nothing yet.
    const sinceMs = newestMs ?? status.startedMs;
    if (sinceMs !== undefined && nowMs - sinceMs <= maxMs) return [];
    return [
      finding(
        code,
        `one since ${new Date(nowMs - maxMs).toISOString()}`,
        newestMs === undefined ? 'none' : new Date(newestMs).toISOString(),
      ),
    ];
  };
  return [
    ...errors.filter(([, error]) => error !== '').map(([code, error]) => finding(code, 'no error', error)),
    ...(isHome ? late('delivery_late', status.deliveredMs, MAX_DELIVERY_AGE_MS) : []),
    ...late('digest_delivery_late', status.digestedMs, MAX_DIGEST_AGE_MS),
  ];
}
