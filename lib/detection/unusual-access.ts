import type { Signal, SignalRule } from '../../lambda/audit-signals/contract';
import { AUDIT_SIGNALS_SOURCE, SIGNAL_RULES, UNUSUAL_ACCESS } from '../../lambda/audit-signals/contract';
import { busEvent } from './cloudtrail-event';
import type { BusDetection, Occurrence } from './detection';

/** What every row shares: its events come from a function of our own, and nobody is left out. */
const OURS = { source: 'bus', region: 'home', exempt: [] } as const;

/** Whom it is about. */
const ACTOR = { user: 'detail.actorId', role: 'detail.actorRole' } as const;

/** Ends the sessions of whom it is about, who signs in again if they are who they seem. */
const SIGN_OUT = { tier: 'A', action: 'sign-out-user', target: { field: 'userSub', path: 'detail.actorId' }, tells: ACTOR } as const;

/**
 * What the counts over the audit trail of the application find unusual, by the rule of the signal. 164.308(a)(1)(ii)(D), 164.308(a)(6)(ii).
 *
 * The source is our word and no proof: whoever may put events on the default bus can make one up. Of our roles only the signals' may.
 */
export function unusualAccess(): readonly BusDetection[] {
  return [
    {
      ...OURS,
      ...SIGN_OUT,
      id: 'ManyPatients',
      description: 'A user opened more patients in an hour than 20, and than four times what is usual for them.',
      severity: 'high',
      citations: ['164.308(a)(1)(ii)(D)', '164.312(a)(1)'],
      ...of('A1', { patients: 41, limit: 40 }),
    },
    {
      ...OURS,
      ...SIGN_OUT,
      id: 'AccessProbing',
      description: 'A user was refused ten times, or tried ten identifiers in vain, within five minutes.',
      severity: 'high',
      citations: ['164.308(a)(1)(ii)(D)', '164.312(a)(1)'],
      ...of('A4', { denied: 10, limit: 10 }),
    },
    {
      ...OURS,
      id: 'EmergencyAccess',
      description: 'A user opened emergency access to a patient, to be reviewed within 24 hours.',
      severity: 'medium',
      tier: 'C',
      action: 'none',
      tell: 'bothOfficers',
      tells: ACTOR,
      citations: ['164.312(a)(2)(ii)', '164.308(a)(1)(ii)(D)'],
      ...of('A8', { grants: 1 }),
    },
    {
      ...OURS,
      id: 'AuditTrailGap',
      description: 'The audit trail of the application lacks batches, or was silent for ten minutes at work.',
      severity: 'critical',
      tier: 'C',
      action: 'none',
      citations: ['164.312(b)', '164.312(c)(2)'],
      ...of('A10', { missingBatches: 1 }),
    },
    {
      ...OURS,
      ...SIGN_OUT,
      id: 'BaitTouched',
      description: 'A user touched the record that is set out as bait, which nobody has a reason to open.',
      severity: 'high',
      tell: 'bothOfficers',
      citations: ['164.308(a)(1)(ii)(D)', '164.308(a)(6)(ii)'],
      ...of('A11', { events: 1 }),
    },
  ];
}

/** The pattern of one rule, a signal of it, and those of all others beside it. */
function of(rule: SignalRule, counts: Signal['counts']): Pick<BusDetection, 'pattern' | 'fixtures'> {
  return {
    pattern: { source: [AUDIT_SIGNALS_SOURCE], 'detail-type': [UNUSUAL_ACCESS], detail: { rule: [rule] } },
    fixtures: {
      match: [sent(signal(rule, counts)), sent({ ...signal(rule, counts), counts: { unheardOf: 1 } })],
      miss: [
        ...SIGNAL_RULES.filter((other) => other !== rule).map((other) => sent(signal(other, counts))),
        sent(signal(rule, counts), 'telehealth.other'),
        sent(signal(rule, counts), AUDIT_SIGNALS_SOURCE, 'Usual access'),
      ],
    },
  };
}

function signal(rule: SignalRule, counts: Signal['counts']): Signal {
  const about = { actorId: '5b0c6a52-7d4e-4b1a-9c60-2f1d0a9b7e33' as Signal['actorId'], actorRole: 'clinician' };
  return {
    signalId: '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
    rule,
    ...(rule === 'A10' ? {} : about),
    counts,
    window: { from: '2026-11-22T09:55:00.000Z', to: '2026-11-22T10:00:00.000Z' },
  };
}

function sent(detail: Signal, source: string = AUDIT_SIGNALS_SOURCE, detailType: string = UNUSUAL_ACCESS): Occurrence {
  return busEvent(source, detailType, { ...detail });
}
