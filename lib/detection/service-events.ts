import { busEvent } from './cloudtrail-event';
import type { BusDetection, Occurrence } from './detection';

/** What services of AWS tell of their own accord. 164.308(a)(6)(ii), 164.308(a)(7)(ii)(A), (D). */
export function serviceEvents(): readonly BusDetection[] {
  return [...backupFailures(), threatFinding(), criticalControlFailed()];
}

function backupFailures(): readonly BusDetection[] {
  const job = (kind: 'Backup' | 'Copy' | 'Restore', field: 'state' | 'status', value: string) =>
    busEvent('aws.backup', `${kind} Job State Change`, { [field]: value });
  const told = { source: 'bus', region: 'home', severity: 'medium', tier: 'C', action: 'none', exempt: [] } as const;
  return [
    {
      ...told,
      id: 'BackupJobFailed',
      description: 'A backup failed, expired, was aborted or is incomplete.',
      pattern: {
        source: ['aws.backup'],
        'detail-type': ['Backup Job State Change'],
        detail: { state: ['FAILED', 'EXPIRED', 'ABORTED', 'PARTIAL'] },
      },
      citations: ['164.308(a)(7)(ii)(A)'],
      fixtures: {
        match: ['FAILED', 'EXPIRED', 'ABORTED', 'PARTIAL'].map((state) => job('Backup', 'state', state)),
        miss: [
          job('Backup', 'state', 'COMPLETED'),
          job('Copy', 'state', 'FAILED'),
          busEvent('aws.other', 'Backup Job State Change', { state: 'FAILED' }),
        ],
      },
    },
    {
      ...told,
      id: 'BackupCopyFailed',
      description: 'A copy to the recovery Region failed.',
      pattern: { source: ['aws.backup'], 'detail-type': ['Copy Job State Change'], detail: { state: ['FAILED', 'PARTIAL'] } },
      citations: ['164.308(a)(7)(ii)(A)', '164.308(a)(7)(ii)(B)'],
      fixtures: {
        match: [job('Copy', 'state', 'FAILED'), job('Copy', 'state', 'PARTIAL')],
        miss: [job('Copy', 'state', 'COMPLETED'), job('Backup', 'state', 'FAILED')],
      },
    },
    {
      ...told,
      id: 'RestoreFailed',
      description: 'A restore, a test restore included, failed.',
      pattern: { source: ['aws.backup'], 'detail-type': ['Restore Job State Change'], detail: { status: ['FAILED', 'ABORTED'] } },
      citations: ['164.308(a)(7)(ii)(D)'],
      fixtures: {
        match: [job('Restore', 'status', 'FAILED'), job('Restore', 'status', 'ABORTED')],
        // A restore job calls its state a status.
        miss: [job('Restore', 'status', 'COMPLETED'), job('Restore', 'state', 'FAILED')],
      },
    },
  ];
}

function threatFinding(): BusDetection {
  const finding = (severity: number, resource: Occurrence = {}) => busEvent('aws.guardduty', 'GuardDuty Finding', { severity, resource });
  const session = { resourceType: 'AccessKey', accessKeyDetails: { userType: 'AssumedRole', userName: 'operator' } };
  return {
    id: 'ThreatFinding',
    source: 'bus',
    region: 'home',
    description: 'GuardDuty reports a finding of medium severity or higher.',
    pattern: { source: ['aws.guardduty'], 'detail-type': ['GuardDuty Finding'], detail: { severity: [{ numeric: ['>=', 4] }] } },
    severity: 'high',
    tier: 'B',
    action: 'revoke-role-sessions',
    target: { field: 'roleName', path: 'detail.resource.accessKeyDetails.userName' },
    exempt: [],
    citations: ['164.308(a)(6)(ii)', '164.308(a)(1)(ii)(D)'],
    fixtures: {
      match: [finding(4), finding(5.5), finding(8, session)],
      miss: [finding(3.9), busEvent('aws.securityhub', 'Security Hub Findings - Imported', { severity: 8 })],
    },
  };
}

function criticalControlFailed(): BusDetection {
  const finding = (label: string, status: string, workflow: string, state: string): Occurrence => {
    const one = { Severity: { Label: label }, Compliance: { Status: status }, Workflow: { Status: workflow }, RecordState: state };
    return busEvent('aws.securityhub', 'Security Hub Findings - Imported', { findings: [one] });
  };
  return {
    id: 'CriticalControlFailed',
    source: 'bus',
    region: 'home',
    description: 'Security Hub reports a new critical failure of a control.',
    pattern: {
      source: ['aws.securityhub'],
      'detail-type': ['Security Hub Findings - Imported'],
      detail: {
        findings: {
          Severity: { Label: ['CRITICAL'] },
          Compliance: { Status: ['FAILED'] },
          Workflow: { Status: ['NEW'] },
          RecordState: ['ACTIVE'],
        },
      },
    },
    severity: 'high',
    tier: 'C',
    action: 'none',
    exempt: [],
    citations: ['164.308(a)(8)'],
    fixtures: {
      match: [finding('CRITICAL', 'FAILED', 'NEW', 'ACTIVE')],
      miss: [
        finding('HIGH', 'FAILED', 'NEW', 'ACTIVE'),
        finding('CRITICAL', 'PASSED', 'NEW', 'ACTIVE'),
        finding('CRITICAL', 'FAILED', 'SUPPRESSED', 'ACTIVE'),
        finding('CRITICAL', 'FAILED', 'NEW', 'ARCHIVED'),
      ],
    },
  };
}
