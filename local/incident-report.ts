import { discoveryDay, discoveryInstant, retainedUntil, type Clock } from '../lambda/incident/clocks';
import type { Entry } from '../lambda/incident/entry';
import { hhsFieldSet } from '../lambda/incident/hhs';
import { presumption, type IncidentRecord } from '../lambda/incident/record';
import { html, type Html } from './html';

/**
 * A record as one page to print, for counsel: 164.414(b). Everything that anybody wrote is escaped; there is no script, and nothing is
 * loaded from anywhere.
 */
export function incidentReport(record: IncidentRecord, entries: readonly Entry[], clocks: readonly Clock[], madeAt: string): string {
  const { opened, affected, assessment, encryption, cause } = record;
  const { isBreach, because } = presumption(record);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>Incident ${record.id}</title>
        <style>
          body {
            font:
              11pt/1.4 Georgia,
              serif;
            max-width: 46em;
            margin: 2em auto;
            padding: 0 1em;
            color: #000;
          }
          table {
            border-collapse: collapse;
            width: 100%;
            margin: 0.5em 0;
          }
          th,
          td {
            border: 1px solid #777;
            padding: 0.25em 0.5em;
            text-align: left;
            vertical-align: top;
          }
          h2 {
            border-bottom: 1px solid #000;
            margin-top: 1.6em;
          }
          tr,
          h2 {
            break-inside: avoid;
            break-after: auto;
          }
          .prose {
            white-space: pre-wrap;
          }
          @page {
            margin: 2cm;
          }
          @media print {
            body {
              margin: 0;
              max-width: none;
            }
          }
        </style>
      </head>
      <body>
        <h1>Incident ${record.id}</h1>
        <p>
          Made ${madeAt} from ${record.entries} entries, the newest with the SHA-256 <code>${record.headSha256}</code>. Evidence for the
          burden of proof of 164.414(b); not legal advice. Keep until ${retainedUntil(record)} at least.
        </p>
        <h2>What is known</h2>
        ${table([
          ['Status', record.status],
          ['Breach of unsecured PHI', `${isBreach ? 'presumed or found' : 'no'}: ${because}`],
          ['Here as', opened.as.replaceAll('_', ' ')],
          ['Covered entities', opened.coveredEntities.join(', ')],
          ['Summary', opened.summary],
          ['Severity', opened.severity],
          ['Discovered', `${discoveryDay(record)} (${opened.timeZone}), at ${discoveryInstant(record)}: ${record.discovery.basis}`],
          [
            'Detected, first seen by a person',
            `${record.discovery.detectedAt}, ${record.discovery.firstSeenByHumanAt ?? 'not recorded'}`,
          ],
          ['Opened', `${record.openedAt} by ${record.openedBy}`],
        ])}
        <h2>Clocks</h2>
        <table>
          <tr>
            <th>what</th>
            <th>citation</th>
            <th>last day</th>
            <th>state</th>
            <th>why</th>
          </tr>
          ${clocks.map(({ what, citation, due, state, because: why }) => row([what, citation, due, state.replaceAll('_', ' '), why]))}
        </table>
        <h2>Who is affected</h2>
        ${
          affected
            ? table([
                ['Individuals', `${affected.individuals}${affected.isLowerBound ? ' at least: more cannot be ruled out' : ''}`],
                [
                  'By State',
                  Object.entries(affected.byState ?? {})
                    .map(([state, count]) => `${state} ${count}`)
                    .join(', '),
                ],
                ['Classes of data', affected.dataClasses.join(', ')],
                ['First and last access', `${affected.firstAccessAt ?? 'none'} to ${affected.lastAccessAt ?? 'none'}`],
                ['Basis', affected.basis],
              ])
            : html`<p>Not counted yet.</p>`
        }
        <h2>Was the PHI secured</h2>
        ${encryption ? questions(encryption.stores) : html`<p>Not answered yet: PHI counts as unsecured.</p>`}
        <h2>Assessment of the four factors</h2>
        ${
          assessment
            ? table([
                ['Nature and extent of the PHI', assessment.nature],
                ['Who used it, or to whom it was disclosed', assessment.recipient],
                ['Whether it was acquired or viewed', assessment.acquiredOrViewed],
                ['How far the risk was mitigated', assessment.mitigation],
                [
                  'Conclusion',
                  [assessment.conclusion, assessment.exception ?? ''].join(' ').replaceAll('_', ' ').trim(),
                ],
                ['Reasons', assessment.reasons],
                ['Decided', `${record.assessedAt ?? ''} by ${assessment.decidedBy}`],
              ])
            : html`<p>None. A breach is presumed (164.402).</p>`
        }
        <h2>Cause and correction</h2>
        ${
          cause
            ? table([
                ['Cause', cause.rootCause],
                ['Corrective actions', cause.correctiveActions.join('\n')],
              ])
            : html`<p>Not recorded yet.</p>`
        }
        <h2>For the HHS report</h2>
        ${table(Object.entries(hhsFieldSet(record)).map(([name, value]) => [name, shown(value)]))}
        <h2>Every entry</h2>
        <table>
          <tr>
            <th>no.</th>
            <th>at</th>
            <th>by</th>
            <th>what was said</th>
          </tr>
          ${entries.map(({ sequence, at, by, change }) => row([sequence, at, by, JSON.stringify(change, undefined, 1)]))}
        </table>
      </body>
    </html> `.text;
}

function questions(stores: NonNullable<IncidentRecord['encryption']>['stores']): Html {
  return html`<table>
    <tr>
      <th>store</th>
      <th>encrypted</th>
      <th>key exposed</th>
      <th>read with valid access</th>
    </tr>
    ${stores.map((each) => row([each.store, each.encrypted, each.keyExposed, each.readWithValidAccess]))}
  </table>`;
}

function table(rows: readonly (readonly [string, string])[]): Html {
  return html`<table>
    ${rows.map(
      ([name, value]) =>
        html`<tr>
          <th>${name}</th>
          <td class="prose">${value}</td>
        </tr>`,
    )}
  </table>`;
}

function row(cells: readonly (string | number)[]): Html {
  return html`<tr>
    ${cells.map((cell) => html`<td class="prose">${cell}</td>`)}
  </tr>`;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
