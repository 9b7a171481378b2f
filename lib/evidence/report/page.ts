import { createHash } from 'node:crypto';
import { controlCatalogue } from '../../hipaa/catalogue';
import type { Chart } from '../chart';
import { securityRuleShare } from '../control-files';
import { rowsByControl, type ControlRow } from '../control-rows';
import type { AddressableDecision } from '../decisions';
import type { Detection } from '../detections';
import type { EvidenceInput } from '../gather';
import type { FilledMatrix } from '../matrix';
import { groupedBy } from '../order';
import type { PackFile } from '../pack-file';
import type { VerdictRow } from '../verdict-rows';
import type { Waiver } from '../waivers';
import { controlSection, link, overview, proposedTable } from './controls';
import { firstPage } from './first-page';
import { html, Html, table } from './html';
import { picture } from './picture';
import { decisionTable, detectionTable, fieldTable, serviceTable, waiverTable } from './registers';
import { SCRIPT, STYLE } from './style';

/** Everything that the report shows. */
export interface ReportContent {
  readonly input: EvidenceInput;
  readonly controls: readonly ControlRow[];
  readonly rows: readonly VerdictRow[];
  readonly waivers: readonly Waiver[];
  readonly decisions: readonly AddressableDecision[];
  readonly detections: readonly Detection[];
  readonly matrices: readonly FilledMatrix[];
  readonly charts: readonly Chart[];
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

/** By which a browser runs this style and this script, and nothing else; no value of it needs an escape. */
const POLICY = new Html(
  `default-src 'none'; style-src ${hashOf(STYLE)}; script-src ${hashOf(SCRIPT)}; base-uri 'none'; form-action 'none'`,
);

/** `report.html`: one file without any outside resource, readable without script, on paper and by keyboard. */
export function reportFile(content: ReportContent): PackFile {
  const { input, controls } = content;
  const sections = sectionsOf(content);
  const title = `Evidence for ${input.environment.place.name}`;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${title}</title><style>${new Html(STYLE)}</style></head><body>
<a class="skip" href="#main">To the content</a>
<main id="main">
${firstPage(input, securityRuleShare(controls))}
<nav aria-label="Contents"><h2>Contents</h2>
<ul>${sections.map(({ id, title: each }) => html`<li><a href="#${id}">${each}</a></li>`)}</ul></nav>
${sections.map(({ id, title: each, body }) => html`<section id="${id}"><h2>${each}</h2>\n${body}</section>\n`)}
</main>
<script>${new Html(SCRIPT)}</script></body></html>
`;
  return { path: 'report.html', mediaType: 'text/html', text: page.text };
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;
}

function sectionsOf(content: ReportContent): readonly Section[] {
  const { controls, rows, matrices, charts } = content;
  const byControl = rowsByControl(rows);
  const of = (rule: ControlRow['rule']): readonly ControlRow[] => controls.filter((row) => row.rule === rule);
  const sections = (of: readonly ControlRow[]): readonly Html[] =>
    [...groupedBy(of, ({ safeguard }) => safeguard)].map(
      ([safeguard, each]) => html`<section><h3>${headed(safeguard)}</h3><p class="index">${each.map((row, at) => html`${at > 0 ? ', ' : ''}${link(row)}`)}</p>
${each.map((row) => controlSection(row, byControl.get(row.id) ?? []))}</section>`,
    );
  const { nprmStatus } = controlCatalogue();
  return [
    { id: 'overview', title: 'The Security Rule at a glance', body: overview(of('security')) },
    { id: 'security-rule', title: 'The Security Rule, entry by entry', body: html`${sections(of('security'))}` },
    { id: 'exceptions', title: 'Accepted findings', body: waiverTable(content.waivers) },
    { id: 'decisions', title: 'Addressable specifications', body: decisionTable(content.decisions) },
    { id: 'pictures', title: 'Data flow, network and keys', body: html`${charts.map((chart, at) => picture(chart, `arrow${at}`))}` },
    ...matrices.map(({ name, title, columns, rows: cells }) => ({
      id: `matrix-${name}`,
      title,
      body: html`<div data-search>${table(
        title,
        columns,
        cells.map((row) => row.map(String)),
        'The templates hold nothing of it.',
      )}</div>`,
    })),
    { id: 'fields', title: 'Fields: which role reaches which field of a record', body: fieldTable(content.input) },
    { id: 'detections', title: 'What somebody is told of', body: detectionTable(content.detections) },
    { id: 'services', title: 'Services, and the list of eligible ones', body: serviceTable(content.input) },
    { id: 'breach', title: 'Breach Notification Rule, apart', body: html`${sections(of('breach-notification'))}` },
    { id: 'privacy', title: 'Duties of the Privacy Rule that touch software, apart', body: html`${sections(of('privacy'))}` },
    {
      id: 'proposed',
      title: 'Proposed in 2025, and not in force',
      body: html`<p>${nprmStatus.detail} (As of ${nprmStatus.asOf}.) Advice only: nothing here enters a figure.</p>
<div data-search>${proposedTable()}</div>`,
    },
  ];
}

function headed(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1).replace('-', ' ')}`;
}
