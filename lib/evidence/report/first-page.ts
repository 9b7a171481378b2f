import type { SecurityRuleShare } from '../control-files';
import type { ControlStatus } from '../control-rows';
import type { EvidenceInput } from '../gather';
import { html, type Html } from './html';

/** What no template can show, in the words of an auditor's questions. */
const CANNOT_SHOW = [
  'that the account is like the templates',
  'that anybody reads a log or answers an alarm',
  'that a restore works',
  'that an agreement with AWS, or with any other business associate, is signed',
  'that people are trained, cleared and sanctioned',
  'that devices and premises are controlled',
];

const COUNTED: readonly (readonly [Exclude<ControlStatus, 'process'>, string])[] = [
  ['satisfied', 'satisfied'],
  ['waived', 'satisfied with accepted exceptions'],
  ['not-satisfied', 'not satisfied'],
  ['error', 'could not be read'],
  ['not-evaluated', 'no check looks at'],
];

/** Page one: where the pack comes from, what it shows, and first of all what it cannot. */
export function firstPage({ environment, provenance }: EvidenceInput, share: SecurityRuleShare): Html {
  const { commit, isDirty, generatedAt, project } = provenance;
  const { byStatus } = share;
  return html`<header>
<h1>Evidence for the HIPAA Security Rule: ${environment.place.name}</h1>
<p class="facts">${project}, commit ${commit}${isDirty ? ' with changes that are not committed' : ''}; ${generatedAt}.
Made from synthesized templates alone.</p>
</header>
<section id="limits"><h2>What this pack shows, and what it cannot</h2>
<p class="figure">Of the ${share.entries} entries of the Security Rule in force, templates prove ${share.full} fully and ${share.partial}
in part. <strong>${share.process} (${share.processPercent} %) are process only: no template shows anything of them.</strong></p>
<p>It is evidence for safeguards, as designed. A template shows intent, not state. It cannot show:</p>
<ul>${CANNOT_SHOW.map((each) => html`<li>${each}</li>`)}</ul>
<p>What has to be exported after a deployment, or kept on file, stands at each entry and in <code>runtime-evidence.md</code>. That no check
fails is no finding about an organisation. Summaries of the regulation are paraphrases; the regulation governs. This is no legal advice.</p>
<p>Of what templates can show, by entry. The 2025 proposals are listed apart and enter no figure.</p>
<ul class="counts">${COUNTED.map(([status, words]) => html`<li><b class="${status}">${byStatus[status]}</b> ${words}</li>`)}</ul>
</section>
`;
}
