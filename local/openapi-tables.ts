import { ROLES, type Role } from '../lambda/records/contract';
import { FIELD_POLICY, RESOURCES, type Cell, type FieldRule } from '../lambda/records/policy';
import { REFUSALS, type RefusalCode } from '../lambda/records/refusals';
import { ROUTES, type Route } from '../lambda/records/routes';
import { codesOf, PROBLEM_STATUSES } from './openapi-problems';
import { REFUSAL_TEXTS } from './openapi-refusals';
import { ROUTE_TEXTS } from './openapi-texts';

/** The document has no place for a table, or more than one. */
export class TableMarkerError extends Error {}

const MOMENTS = { creation: 'at creation', change: 'by a change' } as const;

/** What a cell of the policy table says, in words; a dash where the role may do nothing. */
function inWords(cell: Cell | undefined): string {
  const writes = (cell?.write ?? []).map((moment) => MOMENTS[moment]);
  const words = [cell?.read ? 'read' : '', writes.length > 0 ? `write ${writes.join(' and ')}` : '', cell?.search ? 'exact search' : ''];
  return words.filter((word) => word !== '').join('; ') || '-';
}

function fieldTable(): string {
  const rules: Readonly<Record<string, Readonly<Record<string, FieldRule>>>> = FIELD_POLICY;
  const rows = RESOURCES.flatMap((resource) =>
    Object.entries(rules[resource] ?? {}).map(([field, rule]) => [
      `\`${resource}.${field}\``,
      rule.dataClass,
      ...ROLES.map((role: Role) => inWords(rule[role])),
    ]),
  );
  return table(['field', 'class', ...ROLES], rows);
}

function routeTable(): string {
  const routes: readonly (Route & { readonly name: keyof typeof ROUTE_TEXTS })[] = ROUTES;
  const rows = routes.map(({ name, method, path, roles, audit, ifMatch, idempotent }) => [
    `\`${method} ${path}\``,
    ROUTE_TEXTS[name].summary,
    roles.join(', '),
    `${audit.type} / ${audit.action}`,
    [ifMatch === 'none' ? '' : `If-Match ${ifMatch}`, idempotent ? 'Idempotency-Key' : ''].filter((word) => word !== '').join(', ') || '-',
  ]);
  return table(['route', 'what', 'roles', 'audit event', 'headers'], rows);
}

function refusalTable(): string {
  const rows = PROBLEM_STATUSES.flatMap((status) =>
    codesOf(status).map((code: RefusalCode) => [String(REFUSALS[code]), `\`${code}\``, ...REFUSAL_TEXTS[code]]),
  );
  return table(['status', 'code', 'meaning', 'what to do'], rows);
}

/** The tables of `docs/records-api.md` by the name in their markers. */
const TABLES: Readonly<Record<string, () => string>> = { fields: fieldTable, routes: routeTable, refusals: refusalTable };

/**
 * The document with every generated table written anew, each between its two markers: who sees which field, every route, every code.
 *
 * @throws TableMarkerError when it does not have each pair of markers once, in order.
 */
export function withTables(document: string): string {
  return Object.entries(TABLES).reduce((text, [name, render]) => {
    const [start, end] = [`<!-- ${name}: written by \`npm run openapi\`; do not edit -->`, `<!-- end of ${name} -->`];
    const [before, rest, ...more] = text.split(start);
    const [, after, ...evenMore] = rest?.split(end) ?? [];
    if (before === undefined || after === undefined || more.length > 0 || evenMore.length > 0) {
      throw new TableMarkerError(`docs/records-api.md needs each of these lines once, in this order:\n${start}\n${end}`);
    }
    return `${before}${start}\n\n${render()}\n\n${end}${after}`;
  }, document);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
