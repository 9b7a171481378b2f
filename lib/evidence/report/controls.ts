import { proposals } from '../control-files';
import type { ControlRow, ControlStatus } from '../control-rows';
import type { VerdictRow } from '../verdict-rows';
import { html, table, type Html } from './html';

/** Words for a status. It speaks of the template's half only. */
const WORDS: Readonly<Record<ControlStatus, string>> = {
  satisfied: 'satisfied, as far as templates show',
  'not-satisfied': 'not satisfied',
  waived: 'satisfied with accepted exceptions, as far as templates show',
  error: 'could not be read',
  'not-evaluated': 'no check looks at it',
  process: 'process only: no template shows it',
};

/** Every entry in one table. */
export function overview(controls: readonly ControlRow[]): Html {
  return table(
    'Entries and their status',
    ['citation', 'title', 'designation', 'status', 'pass', 'fail', 'waived', 'error', 'still needed'],
    controls.map((row) => [
      link(row),
      row.title,
      row.designation,
      status(row),
      row.checks.pass,
      row.checks.fail,
      row.checks.waived,
      row.checks.error,
      `${row.openRuntimeEvidence.length} runtime, ${row.openProcessEvidence.length} process`,
    ]),
  );
}

/** A link to an entry's section. */
export function link({ id, citation }: Pick<ControlRow, 'id' | 'citation'>): Html {
  return html`<a href="#${id}">${citation.replace('45 CFR ', '')}</a>`;
}

function status(row: ControlRow): Html {
  return html`<span class="status ${row.status}">${WORDS[row.status]}</span>`;
}

/** The section of one entry: its status, never alone, with what it rests on and what is still needed. */
export function controlSection(row: ControlRow, rows: readonly VerdictRow[]): Html {
  const odd = rows.filter(({ result }) => result !== 'pass' && result !== 'na');
  const { pass, fail, waived, error, na } = row.checks;
  return html`<section class="control" id="${row.id}" data-search>
<h4>${row.citation} ${row.title}</h4>
<p class="facts">${row.designation} ${row.kind.replace('-', ' ')}; ${row.safeguard}; a template proves it ${PROVES[row.verifiability]}.</p>
<p>${row.summary}</p>
${row.verifiabilityNote === null ? html`` : html`<p class="note">${row.verifiabilityNote}</p>`}
<p>${status(row)}. ${pass} passes, ${fail} fails, ${waived} accepted, ${error} unread, ${na} not applicable.</p>
${needed(row)}
${odd.length === 0 ? html`` : html`<p>Not passed:</p>${oddTable(row, odd)}`}
${row.rules.length === 0 ? html`` : html`<p>Rules, with how many resources each judged:</p>${ruleTable(row)}`}
${row.evidenceRefs.length === 0 ? html`` : html`<p>Properties as the templates have them, shown and not judged:</p>${refTable(row)}`}
</section>
`;
}

const PROVES = { full: 'fully', partial: 'in part', process: 'not at all' } as const;

function needed({ openRuntimeEvidence, openProcessEvidence }: ControlRow): Html {
  const items = [
    ...openRuntimeEvidence.map(({ source, artifact }) => `to be exported from ${source}: ${artifact}`),
    ...openProcessEvidence.map((artifact) => `to be kept on file: ${artifact}`),
  ];
  if (items.length === 0) return html`<p>Still needed: proof that what is deployed is like the templates.</p>`;
  return html`<p>Still needed:</p><ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}

function oddTable({ citation }: ControlRow, odd: readonly VerdictRow[]): Html {
  const rows = odd.map(({ ruleId, stack, logicalId, result, message, waiverId }) => [
    ruleId,
    [stack, logicalId].filter(Boolean).join('/'),
    result,
    message,
    waiverId,
  ]);
  return table(`${citation}: not passed`, ['rule', 'resource', 'result', 'why', 'exception'], rows);
}

function ruleTable(row: ControlRow): Html {
  const spoken = row.rules.filter(({ pass, fail, waived, error }) => pass + fail + waived + error > 0);
  return table(
    `${row.citation}: rules`,
    ['rule', 'pack', 'pass', 'fail', 'waived', 'error'],
    spoken.map(({ ruleId, pack, pass, fail, waived, error }) => [ruleId, pack, pass, fail, waived, error]),
    'None found anything to judge.',
  );
}

function refTable(row: ControlRow): Html {
  return table(
    `${row.citation}: properties`,
    ['resource', 'property', 'value', 'expected, in words'],
    row.evidenceRefs.map(({ stack, logicalId, resourceType, property, value, expect, result }) => [
      result === 'shown' ? `${stack}/${logicalId}` : `${resourceType}: not in the templates`,
      property,
      value,
      expect,
    ]),
  );
}

/** The proposals of the 2025 notice, as advice. */
export function proposedTable(): Html {
  return table(
    'Proposed entries',
    ['citation', 'title', 'what it would ask', 'paragraph number'],
    proposals().map(({ citation, title, summary, citationVerified }) => [
      citation,
      title,
      summary,
      citationVerified ? 'checked' : 'not checked',
    ]),
  );
}
