import type { Assembly } from './assembly';
import { HIPAA_PACK } from './assembly';

/** Counts of one environment. */
export interface EnvironmentSummary {
  readonly name: string;
  readonly stacks: number;
  readonly resources: number;
  /** Rules of the HIPAA pack that judged at least one resource and found none wanting, exceptions apart. */
  readonly rulesPassed: number;
  /** Rules that judged at least one resource. */
  readonly rulesApplied: number;
  /** Findings accepted with a reason, an owner and a date. */
  readonly exceptions: number;
}

/** Counts per environment, in the order of the assembly. */
export function summaries({ environments, verdicts, acceptances }: Assembly): EnvironmentSummary[] {
  return environments.map(({ name, stacks }) => {
    const inEnvironment = ({ path }: { readonly path: string }): boolean => path.startsWith(`${name}/`);
    const judged = verdicts.filter(inEnvironment);
    const accepted = acceptances.filter((acceptance) => acceptance.pack === HIPAA_PACK && inEnvironment(acceptance));
    const failed = new Set(judged.filter(({ verdict }) => verdict !== 'Compliant').map(({ rule }) => rule));
    const applied = new Set(judged.map(({ rule }) => rule));
    return {
      name,
      stacks: stacks.length,
      resources: stacks.reduce((sum, { template }) => sum + Object.keys(template.Resources).length, 0),
      rulesPassed: [...applied].filter((rule) => !failed.has(rule)).length,
      rulesApplied: applied.size,
      exceptions: accepted.length,
    };
  });
}

/** The table that `npm run synth` ends with. */
export function renderSummary(assembly: Assembly): string {
  const header = ['environment', 'stacks', 'resources', 'HIPAA rules passed', 'passed with exceptions', 'exceptions in force'];
  const rows = summaries(assembly).map(({ name, stacks, resources, rulesPassed, rulesApplied, exceptions }) => [
    name, String(stacks), String(resources), String(rulesPassed), String(rulesApplied - rulesPassed), String(exceptions),
  ]);
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ');
  return `${[header, ...rows].map(line).join('\n')}\n`;
}
