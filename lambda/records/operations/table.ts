import type { Operation } from '../call';
import type { RouteName } from '../routes';
import { deleteCareTeam, putCareTeam, putPrincipal, readMe } from './administration';
import { cancelAppointment, createAppointment, listAppointments, updateAppointment } from './appointments';
import { readBilling, updateBilling } from './billing';
import { assessBreach, readBreach } from './breach';
import { createDisclosure, listDisclosures } from './disclosures';
import { accessDocument, createDocument } from './documents';
import { openEmergency, reviewEmergency } from './emergency';
import { amendNote, createNote, listNotes, readNote } from './notes';
import { createPatient, listPatients, readPatient, searchPatients, updatePatient, voidPatient } from './patients';
import { accessRecording, createSession, listSessions } from './sessions';
import { readAccessReport, searchAudit } from './trail';

/** One operation for each route; a route without one does not compile. */
export type Operations = Readonly<Record<RouteName, Operation>>;

/** The operations of the service. */
export const OPERATIONS: Operations = {
  'me.read': readMe,
  'patient.list': listPatients,
  'patient.create': createPatient,
  'patient.search': searchPatients,
  'patient.read': readPatient,
  'patient.update': updatePatient,
  'patient.void': voidPatient,
  'billing.read': readBilling,
  'billing.update': updateBilling,
  'note.list': listNotes,
  'note.create': createNote,
  'note.read': readNote,
  'note.amend': amendNote,
  'appointment.list': listAppointments,
  'appointment.create': createAppointment,
  'appointment.update': updateAppointment,
  'appointment.cancel': cancelAppointment,
  'session.list': listSessions,
  'session.create': createSession,
  'recording.access': accessRecording,
  'document.create': createDocument,
  'document.access': accessDocument,
  'emergency.open': openEmergency,
  'emergency.review': reviewEmergency,
  'access_report.read': readAccessReport,
  'disclosure.list': listDisclosures,
  'disclosure.create': createDisclosure,
  'audit.search': searchAudit,
  'breach.assess': assessBreach,
  'breach.read': readBreach,
  'care_team.put': putCareTeam,
  'care_team.delete': deleteCareTeam,
  'principal.put': putPrincipal,
};
