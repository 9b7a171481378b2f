import { groupedBy } from '../order';
import type { PackFile } from '../pack-file';
import type { VerdictRow } from '../verdict-rows';

/** `junit.xml`: one suite for each pack, one case for each rule on each resource. */
export function junitFile(rows: readonly VerdictRow[]): PackFile {
  const suites = [...groupedBy(rows, ({ pack }) => pack)].map(([pack, each]) => suiteOf(pack, each));
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${totals(rows)}>\n${suites.join('')}</testsuites>\n`;
  return { path: 'junit.xml', mediaType: 'application/xml', text };
}

function suiteOf(pack: string, rows: readonly VerdictRow[]): string {
  return `<testsuite name="${escaped(pack)}"${totals(rows)}>\n${rows.map(caseOf).join('')}</testsuite>\n`;
}

function totals(rows: readonly VerdictRow[]): string {
  const count = (...results: readonly string[]): number => rows.filter(({ result }) => results.includes(result)).length;
  return ` tests="${rows.length}" failures="${count('fail')}" errors="${count('error')}" skipped="${count('waived', 'na')}"`;
}

function caseOf({ ruleId, stack, logicalId, constructPath, result, message, waiverId }: VerdictRow): string {
  const name = logicalId === '' ? constructPath || 'the environment' : `${stack}/${logicalId}`;
  const head = `<testcase classname="${escaped(ruleId)}" name="${escaped(name)}"`;
  switch (result) {
    case 'pass':
      return `${head}/>\n`;
    case 'fail':
      return `${head}><failure message="${escaped(message)}"/></testcase>\n`;
    case 'error':
      return `${head}><error message="${escaped(message)}"/></testcase>\n`;
    case 'waived':
      return `${head}><skipped message="${escaped(`exception ${waiverId ?? ''}`)}"/></testcase>\n`;
    case 'na':
      return `${head}><skipped message="${escaped(`not applicable: ${message}`)}"/></testcase>\n`;
  }
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML knows no control characters, not even as entities: they are written as their code, and so is what turns the direction of writing. */
function escaped(text: string): string {
  return text
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
    .replace(
      /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\uFFFE\uFFFF]/gu,
      (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
    );
}
