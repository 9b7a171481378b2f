type Json = Readonly<Record<string, unknown>>;

const DICOM = 'http://dicom.nema.org/resources/ontology/DCM';
const ENTITY_TYPE = 'http://terminology.hl7.org/CodeSystem/audit-entity-type';
const ENTITY_ROLE = 'http://terminology.hl7.org/CodeSystem/object-role';

const INTERACTIONS: Readonly<Record<string, string>> = { C: 'create', R: 'read', U: 'update', D: 'delete', E: 'operation' };

/** 0 success, 4 refused, 8 not done for a fault. */
const OUTCOMES: Readonly<Record<string, string>> = { success: '0', denied: '4', failed: '8' };

/** Which FHIR resource each kind of record corresponds to. */
const RESOURCES: Readonly<Record<string, string>> = {
  patient: 'Patient',
  billing: 'Coverage',
  note: 'DocumentReference',
  appointment: 'Appointment',
  session: 'Encounter',
  document: 'DocumentReference',
};

/** Purposes that HL7 has a code for; a person who asks for an own record is PATRQT there too. */
const PURPOSES = 'http://terminology.hl7.org/CodeSystem/v3-ActReason';

/**
 * A page of audit events as an R4 Bundle of AuditEvents in the pattern of IHE BALP: one user, one client, one server, exactly one of them
 * the requestor; the patient and the record by reference, never by name: 164.312(b).
 *
 * @param events as the search answers them.
 * @param next cursor of the next page, for the `cursor` of the next request's body; null after the last page.
 * @param nowMs milliseconds since the epoch.
 */
export function toBundle(events: readonly Json[], next: string | null, nowMs: number): Json {
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    timestamp: new Date(nowMs).toISOString(),
    ...(next === null ? {} : { link: [{ relation: 'next', url: `urn:cursor:${next}` }] }),
    // FHIR's JSON has no empty list: what there is none of is left out.
    ...(events.length === 0 ? {} : { entry: events.map(toEntry) }),
  };
}

function toEntry(event: Json): Json {
  return { fullUrl: `urn:uuid:${String(event['id'])}`, resource: toAuditEvent(event), search: { mode: 'match' } };
}

/** One event of the trail as an R4 AuditEvent. */
export function toAuditEvent(event: Json): Json {
  const { id, at, action, outcome, event_type: type, purpose, emergency } = event;
  const interaction = type === 'phi.search' ? 'search-type' : (INTERACTIONS[String(action)] ?? 'operation');
  return {
    resourceType: 'AuditEvent',
    id,
    type: { system: 'http://terminology.hl7.org/CodeSystem/audit-event-type', code: 'rest', display: 'RESTful Operation' },
    subtype: [{ system: 'http://hl7.org/fhir/restful-interaction', code: interaction }],
    action,
    recorded: at,
    outcome: OUTCOMES[String(outcome)] ?? '8',
    ...(typeof event['reason'] === 'string' ? { outcomeDesc: event['reason'] } : {}),
    ...(typeof purpose === 'string' ? { purposeOfEvent: [{ coding: [{ system: PURPOSES, code: emergency === true ? 'BTG' : purpose }] }] } : {}),
    agent: agentsOf(event),
    source: {
      observer: { display: 'records service' },
      type: [{ system: 'http://terminology.hl7.org/CodeSystem/security-source-type', code: '4', display: 'Application Server' }],
    },
    entity: entitiesOf(event),
  };
}

function agentsOf({ actor_id: actor, actor_role: role, ip }: Json): readonly Json[] {
  const isKnown = typeof actor === 'string';
  const user = {
    type: coded('http://terminology.hl7.org/CodeSystem/v3-ParticipationType', 'IRCP', 'information recipient'),
    ...(typeof role === 'string' ? { role: [{ text: role }] } : {}),
    who: { identifier: { value: actor } },
    requestor: true,
  };
  const client = {
    type: coded(DICOM, '110153', 'Source Role ID'),
    who: { display: 'client of the API' },
    // Whoever is not known to be a user is known by an address alone.
    requestor: !isKnown,
    ...(typeof ip === 'string' ? { network: { address: ip, type: '2' } } : {}),
  };
  const server = { type: coded(DICOM, '110152', 'Destination Role ID'), who: { display: 'records service' }, requestor: false };
  return isKnown ? [user, client, server] : [client, server];
}

function entitiesOf({ patient_id: patient, resource_type: type, resource_id: resource, request_id: request, fields }: Json): readonly Json[] {
  const kind = RESOURCES[String(type)];
  const what = kind !== undefined && typeof resource === 'string' ? { reference: `${kind}/${resource}` } : { identifier: { value: resource } };
  return [
    ...(typeof patient === 'string'
      ? [
          {
            what: { reference: `Patient/${patient}` },
            type: { system: ENTITY_TYPE, code: '1', display: 'Person' },
            role: { system: ENTITY_ROLE, code: '1', display: 'Patient' },
          },
        ]
      : []),
    {
      ...(typeof resource === 'string' ? { what } : {}),
      type: { system: ENTITY_TYPE, code: '2', display: 'System Object' },
      role: { system: ENTITY_ROLE, code: '4', display: 'Domain Resource' },
      detail: [
        { type: 'resource', valueString: String(type) },
        ...(Array.isArray(fields) && fields.length > 0 ? [{ type: 'fields', valueString: fields.join(',') }] : []),
      ],
    },
    {
      what: { identifier: { value: request } },
      type: { system: 'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType', code: 'XrequestId' },
    },
  ];
}

function coded(system: string, code: string, display: string): Json {
  return { coding: [{ system, code, display }] };
}
