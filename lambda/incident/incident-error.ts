/** What was asked cannot be done to a record, in one sentence for the person who asked: what, the value given, what is allowed. */
export class IncidentError extends Error {
  override readonly name = 'IncidentError';
}

/** Another writer came first: nothing was written, and whoever looks at the record again may try again. */
export class EntryTakenError extends IncidentError {}
