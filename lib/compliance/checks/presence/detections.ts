import type { Check } from '../../check';
import { missing, toFinding, verdictOf } from '../../judge';
import type { EnvironmentModel } from '../../model/environment';
import { textAt } from '../../model/read';
import { isJson } from '../../model/template';
import { isTaken, onBus, ringsFor, ringsOverTrail, topicsToldOf } from '../liveness/catching';
import { DATABASE_SUBJECTS, databasesOf, logOf, type DatabaseSubject } from './database-lines';
import { IMMEDIATE_SUBJECTS } from './immediate-events';
import { OWN_EVENTS, type OwnEvents } from './own-events';
import { SERVICE_SUBJECTS, type ServiceSubject } from './service-lines';
import { TRAIL_SUBJECTS, type TrailSubject } from './trail-events';
import { signallersOf } from './working-functions';

type Json = Readonly<Record<string, unknown>>;

/** Events that a service of AWS sends of its own accord. */
interface ServiceEvents {
  readonly name: string;
  readonly when: string;
  readonly citation: string;
  /** The type whose events they are; without one there is nothing to hear. */
  readonly of: string;
  readonly events: readonly Json[];
}

const event = (source: string, detailType: string, detail: Json): Json => ({ source: `aws.${source}`, 'detail-type': detailType, detail });
const jobs = (kind: string, field: string, ...states: readonly string[]): readonly Json[] => states.map((state) => event('backup', `${kind} Job State Change`, { [field]: state }));

/** GuardDuty calls 4 and more medium, 7 and more high. */
const SERVICE_EVENTS: readonly ServiceEvents[] = [
  { name: 'failed-backups', when: 'a backup fails', citation: '164.308(a)(7)(ii)(A)', of: 'AWS::Backup::BackupPlan', events: jobs('Backup', 'state', 'FAILED', 'EXPIRED', 'ABORTED', 'PARTIAL') },
  { name: 'failed-copies', when: 'a copy of a backup fails', citation: '164.308(a)(7)(ii)(A)', of: 'AWS::Backup::BackupPlan', events: jobs('Copy', 'state', 'FAILED', 'PARTIAL') },
  { name: 'failed-restores', when: 'a restore fails', citation: '164.308(a)(7)(ii)(D)', of: 'AWS::Backup::RestoreTestingPlan', events: jobs('Restore', 'status', 'FAILED', 'ABORTED') },
  {
    name: 'threats', when: 'a threat of medium severity or more is found', citation: '164.308(a)(6)(ii)', of: 'AWS::GuardDuty::Detector',
    events: [4, 5.5, 8, 9].map((severity) => event('guardduty', 'GuardDuty Finding', { severity })),
  },
  {
    name: 'failed-controls', when: 'a critical control newly fails', citation: '164.308(a)(8)', of: 'AWS::SecurityHub::Hub',
    events: [
      event('securityhub', 'Security Hub Findings - Imported', {
        findings: [{ Severity: { Label: 'CRITICAL' }, Compliance: { Status: 'FAILED' }, Workflow: { Status: 'NEW' }, RecordState: 'ACTIVE' }],
      }),
    ],
  },
];

/** What somebody must be told of, whichever alarm or rule does it: 164.308(a)(6)(ii). Whether the message arrives, liveness says. */
export const DETECTION_CHECKS: readonly Check[] = [
  ...TRAIL_SUBJECTS.map(ofTrail),
  ...IMMEDIATE_SUBJECTS.map(ofBus),
  ...SERVICE_EVENTS.map(ofService),
  ...OWN_EVENTS.map(ofOurs),
  ...SERVICE_SUBJECTS.map(ofLines),
  ...DATABASE_SUBJECTS.map(ofDatabase),
];

function ofTrail({ name, when, citation, times = 1, records }: TrailSubject): Check {
  return toCheck(name, when, citation, (environment) => {
    const trails = environment.of('AWS::CloudTrail::Trail');
    const unseen = records.filter((record) => !ringsOverTrail(environment, record, times));
    return verdictOf(trails, unseen.length === 0 ? [] : [missing(environment, citation, `an alarm over the trail that notices ${namesOf(unseen)}`)]);
  });
}

/** By a rule, which is there in seconds and hands on the event that a response needs; an alarm has a number. */
function ofBus({ name, when, citation, records }: TrailSubject): Check {
  const evaluate: Check['evaluate'] = (environment) => {
    const trails = environment.of('AWS::CloudTrail::Trail');
    const unseen = records.filter((record) => !isTaken(environment, onBus(record)));
    return verdictOf(trails, unseen.length === 0 ? [] : [missing(environment, citation, `a rule that takes ${namesOf(unseen)} by ${whoIn(unseen)}`)]);
  };
  return { id: `presence/immediate-news-of-${name}`, claim: `a rule takes it when ${when}, whoever did it`, citations: [citation], severity: 'error', evaluate };
}

function whoIn(records: readonly Json[]): string {
  return [...new Set(records.map(({ userIdentity }) => (isJson(userIdentity) ? String(userIdentity['type']) : 'anybody')))].join(', ');
}

function namesOf(records: readonly Json[]): string {
  return records.map(({ eventName, errorCode }) => `${String(eventName)}${typeof errorCode === 'string' ? ` (${errorCode})` : ''}`).join(', ');
}

function ofService({ name, when, citation, of, events }: ServiceEvents): Check {
  return toCheck(name, when, citation, (environment) => {
    const sources = environment.of(of);
    if (sources.length === 0) return { state: 'notApplicable', reason: `the templates hold no ${of}` };
    const unseen = events.filter((each) => !isTaken(environment, each));
    return verdictOf(sources, unseen.map(({ 'detail-type': type, detail }) => missing(environment, citation, `a rule that takes ${String(type)} ${JSON.stringify(detail)}`)));
  });
}

function ofOurs({ name, when, citation, events, topics }: OwnEvents): Check {
  return toCheck(name, when, citation, (environment) => {
    const senders = signallersOf(environment);
    if (senders.length === 0) return { state: 'notApplicable', reason: 'the templates hold no function that would tell' };
    const untold = events.filter((each) => topicsToldOf(environment, each).size < topics);
    return verdictOf(senders, untold.map(({ detail }) => missing(environment, citation, `a rule that tells ${topics === 1 ? 'a topic' : `${topics} topics`} of ${JSON.stringify(detail)}`)));
  });
}

function ofLines({ name, when, citation, lines, writers }: ServiceSubject): Check {
  return toCheck(name, when, citation, (environment) => {
    const functions = writers(environment);
    if (functions.length === 0) return { state: 'notApplicable', reason: 'the templates hold no function that would tell' };
    const findings = functions.flatMap((writer) => {
      const group = environment.at(textAt(writer, 'LoggingConfig.LogGroup'), 'AWS::Logs::LogGroup');
      const unseen = lines.filter((line) => !group || !ringsFor(environment, group, line));
      return unseen.map((line) => toFinding(writer, citation, { property: 'LoggingConfig.LogGroup', value: JSON.stringify(line), expected: 'a filter and an alarm that notice it' }));
    });
    return verdictOf(functions, findings);
  });
}

function ofDatabase({ name, when, citation, lines, times }: DatabaseSubject): Check {
  return toCheck(name, when, citation, (environment) => {
    const databases = databasesOf(environment);
    if (databases.length === 0) return { state: 'notApplicable', reason: 'the templates hold no PostgreSQL' };
    const findings = databases.flatMap((database) => {
      const group = logOf(environment, database);
      const unseen = lines(environment, database).filter((line) => !group || !ringsFor(environment, group, line, times));
      const expected = 'a filter and an alarm that notice it';
      return unseen.map((value) => toFinding(database, citation, { property: 'EnableCloudwatchLogsExports', value, expected }));
    });
    return verdictOf(databases, findings);
  });
}

function toCheck(name: string, when: string, citation: string, evaluate: (environment: EnvironmentModel) => ReturnType<Check['evaluate']>): Check {
  return { id: `presence/news-of-${name}`, claim: `somebody is told when ${when}`, citations: [citation], severity: 'error', evaluate };
}
