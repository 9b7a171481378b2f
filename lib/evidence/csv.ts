import type { PackFile } from './pack-file';

/** What may stand in a cell. */
export type Cell = string | number | boolean | undefined;

/** A spreadsheet runs a cell that begins so as a formula; a quote before it makes it text again. */
const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

/** A table as CSV by RFC 4180: CRLF, every line of the same length, quotes doubled. No cell is a formula. */
export function csvFile(path: string, columns: readonly string[], rows: readonly (readonly Cell[])[]): PackFile {
  const odd = rows.find((row) => row.length !== columns.length);
  if (odd) throw new Error(`${path} has ${columns.length} columns, and a row of ${odd.length}: ${JSON.stringify(odd)}`);
  const text = [columns, ...rows].map((row) => `${row.map(toField).join(',')}\r\n`).join('');
  return { path, mediaType: 'text/csv', text };
}

function toField(cell: Cell): string {
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell);
  const text = cell ?? '';
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
