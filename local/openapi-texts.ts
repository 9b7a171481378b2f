import type { RouteName } from '../lambda/records/routes';
import type { Repetition } from './openapi-types';

/** What is said of a route that its entry in the table of routes does not say. */
export interface RouteText {
  readonly summary: string;
  /** Paragraphs of 45 CFR, as `164.312(b)`. */
  readonly citations: readonly string[];
  readonly repetition: Repetition;
  /** What a client has to know besides. */
  readonly notes?: string;
}

function text(summary: string, repetition: Repetition, citations: string, notes?: string): RouteText {
  return { summary, repetition, citations: citations.split(' '), ...(notes === undefined ? {} : { notes }) };
}

const NEWEST_FIRST = 'Newest first.';
const ADDRESS =
  'The address works for 60 seconds without any other credential: use it at once, do not log it, do not pass it on. ' +
  'A `GET` needs no header, a `PUT` needs exactly the headers given.';

/** One text for each route; a route without one does not compile. Every operation serves 164.312(a)(1), (b) and (d) besides. */
export const ROUTE_TEXTS: Readonly<Record<RouteName, RouteText>> = {
  'me.read': text('Who the caller is', 'safe', '164.312(d)', '`patient_id` is the own record of a patient, otherwise null.'),
  'patient.list': text('The patients of the own care team', 'safe', '164.502(b)', 'One audit event for each patient shown.'),
  'patient.create': text(
    'Make a record',
    'key',
    '164.312(c)(1)',
    'The creator is the first of its care team. A number that another record has is 409, without saying which.',
  ),
  'patient.search': text(
    'Find a patient by an exact number',
    'safe',
    '164.502(b)',
    'Exactly one field. A clinician finds patients of the own care team only; no match is an empty list. One event for each match.',
  ),
  'patient.read': text('Read a record, in the fields of the role', 'safe', '164.502(b) 164.524'),
  'patient.update': text(
    'Change clinical fields',
    'refused',
    '164.312(c)(1) 164.526',
    'A field that is left out stays as it is; a list is replaced as a whole.',
  ),
  'patient.void': text('Mark a record as entered in error', 'refused', '164.312(c)(1)', 'Nothing is erased.'),
  'billing.read': text('Read the billing side of a record', 'safe', '164.502(b) 164.506(c)'),
  'billing.update': text('Change billing fields', 'refused', '164.312(c)(1) 164.506(c)', 'A field that is left out stays as it is.'),
  'note.list': text('The notes of a patient', 'safe', '164.502(b)', `${NEWEST_FIRST} The latest version of each.`),
  'note.create': text('Write a note', 'key', '164.312(c)(1)'),
  'note.read': text('Read the latest version of a note', 'safe', '164.502(b)'),
  'note.amend': text('Amend a note', 'refused', '164.312(c)(1) 164.526', 'Adds a version on top of the one named; every version stays.'),
  'appointment.list': text('The appointments of a patient', 'safe', '164.502(b)', 'Latest start first.'),
  'appointment.create': text('Book an appointment', 'key', '164.312(c)(1)', 'An end that is not after its start is refused.'),
  'appointment.update': text(
    'Move an appointment or change its reason',
    'refused',
    '164.312(c)(1)',
    'A field that is left out stays as it is. An end that is not after its start is refused, and so is a cancelled appointment.',
  ),
  'appointment.cancel': text('Cancel an appointment', 'refused', '164.312(c)(1)', 'It stays on record.'),
  'session.list': text('The video sessions of a patient', 'safe', '164.502(b)', 'Latest start first.'),
  'session.create': text(
    'Record that a video session took place',
    'key',
    '164.312(c)(1)',
    'An appointment of another patient and an end before the start are refused. `recording_version` is the version of the object in S3.',
  ),
  'recording.access': text('An address to watch a recording from', 'anew', '164.312(c)(1)', ADDRESS),
  'document.create': text(
    'Register a document and get the address to upload it to',
    'key',
    '164.312(c)(1)',
    `${ADDRESS} The upload must be the announced bytes: length, type and checksum are part of the signature, and nothing is ever replaced.`,
  ),
  'document.access': text('What is known of a document, and an address to read it from', 'anew', '164.312(c)(1)', ADDRESS),
  'emergency.open': text(
    'Open one record to the caller for 60 minutes',
    'key',
    '164.312(a)(2)(ii)',
    'By the id of the record or by its exact mrn. Raises an alarm; a review is due. Whoever is in the care team already gets 409.',
  ),
  'emergency.review': text(
    'Read or judge an emergency grant',
    'refused',
    '164.308(a)(1)(ii)(D)',
    'Without `outcome` the grant is read, which can be repeated. Nobody judges an own grant; `unjustified` ends it at once.',
  ),
  'access_report.read': text('Who was at a record', 'safe', '164.308(a)(1)(ii)(D) 164.528', `${NEWEST_FIRST} Successful accesses only.`),
  'disclosure.list': text('The accounting of disclosures of a patient', 'safe', '164.528', 'Latest disclosure first.'),
  'disclosure.create': text('Enter a disclosure into the accounting', 'key', '164.528', 'Entries are never changed.'),
  'audit.search': text('Search the audit trail', 'safe', '164.308(a)(1)(ii)(D)', `${NEWEST_FIRST} \`from\` is inclusive, \`to\` is not.`),
  'breach.assess': text(
    'Count whom a breach reached',
    'key',
    '164.402 164.404 164.408',
    'From the audit trail: individuals, classes of data, field names. A window that does not end after its start is refused.',
  ),
  'breach.read': text('Read a breach assessment', 'safe', '164.404 164.406 164.408', 'With the last days for notice.'),
  'care_team.put': text('Add a clinician to a care team', 'same', '164.308(a)(4)(ii)(B)', 'Whoever is no clinician is refused with 409.'),
  'care_team.delete': text('Take a clinician out of a care team', 'refused', '164.308(a)(3)(ii)(C)', 'From the next request on.'),
  'principal.put': text(
    'Make a user known, or set role, own record and state of one',
    'same',
    '164.308(a)(3)(ii)(A) 164.308(a)(3)(ii)(C)',
    'Ends the sessions of whoever is disabled or changes role. Only a patient has a `patient_id`. Nobody sets the own user.',
  ),
};
