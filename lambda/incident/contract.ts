/** Where the record of an incident is in the evidence bucket: `incidents/<id>/<sequence>.json`. */
export const INCIDENT_PREFIX = 'incidents/';
