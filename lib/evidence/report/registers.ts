import { listDate } from '../../compliance/eligibility';
import type { AddressableDecision } from '../decisions';
import type { Detection } from '../detections';
import { eligibleServicesOf, stalenessOf } from '../eligible-files';
import { fieldLinesOf } from '../field-access-files';
import type { EvidenceInput } from '../gather';
import type { Waiver } from '../waivers';
import { link } from './controls';
import { html, table, type Html } from './html';

/** The register of accepted findings. */
export function waiverTable(waivers: readonly Waiver[]): Html {
  const rows = waivers.map((each) => [
    each.id,
    `${each.citation} (${each.designation})`,
    each.because,
    each.insteadWe,
    `${each.owner}; ${each.approver}, ${each.approvedOn}`,
    each.expiresOn,
    each.faults.length === 0 ? 'in force' : each.faults.join('; '),
  ]);
  const columns = ['exception', 'relaxes', 'because', 'instead', 'owner; approver', 'review by', 'state'];
  return html`<p>${waivers.length} in all. Each stands beside its resource in the sources, and in the template.</p>
<div data-search>${table('Accepted findings', columns, rows)}</div>`;
}

/** The addressable specifications. */
export function decisionTable(decisions: readonly AddressableDecision[]): Html {
  const rows = decisions.map((each) => [link(each), each.title, each.decision, each.waivers.join(', '), each.stillNeeded]);
  return html`<p>164.306(d)(3): each is implemented, or a written decision says what is done instead, and why.</p>
<div data-search>${table('Addressable specifications', ['citation', 'title', 'decision', 'exceptions', 'still needed'], rows)}</div>`;
}

/** Roles and fields: what the handler decides by. */
export function fieldTable({ fieldAccess = [] }: EvidenceInput): Html {
  const roles = [...new Set(fieldAccess.map(({ role }) => role))];
  const rows = fieldLinesOf(fieldAccess).map(({ field, dataClass, stored, roles: of }) => [
    field,
    dataClass,
    stored,
    ...roles.map((role) => of[role] ?? 'none'),
  ]);
  return html`<p>The table that the build writes beside the handler of records, which decides by it.</p>
<div data-search>${table('Roles and fields', ['field', 'class', 'stored', ...roles], rows, 'The assembly has no such table.')}</div>`;
}

/** Alarms and rules. */
export function detectionTable(detections: readonly Detection[]): Html {
  const rows = detections.map((each) => [
    each.id,
    each.description,
    each.source,
    each.pattern,
    each.threshold,
    each.tells.join(', '),
    each.runbook,
  ]);
  return html`<div data-search>${table('Detections', ['name', 'what', 'source', 'pattern', 'threshold', 'tells', 'runbook'], rows)}</div>`;
}

/** Services, with the list of eligible ones. */
export function serviceTable(input: EvidenceInput): Html {
  const rows = eligibleServicesOf(input).map((each) => [
    each.namespace,
    each.service,
    String(each.eligible),
    each.confidence,
    Object.values(each.resources).reduce((sum, count) => sum + count, 0),
    each.note ?? '',
  ]);
  return html`<p>The list is of ${listDate()}: ${stalenessOf(input)}. Eligibility needs an agreement with AWS, and says nothing about how a
service is configured.</p>
<div data-search>${table('Services', ['namespace', 'service', 'eligible', 'confidence', 'resources', 'note'], rows)}</div>`;
}
