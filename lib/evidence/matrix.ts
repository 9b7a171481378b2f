import type { EnvironmentModel } from '../compliance/model/environment';
import { CannotTell } from '../compliance/verdict';
import { csvFile, type Cell } from './csv';
import { keyOf, sortedBy } from './order';
import type { PackFile } from './pack-file';

/** A table that answers one question of an auditor. */
export interface Matrix {
  /** File name below `matrices/`, without its ending. */
  readonly name: string;
  readonly title: string;
  readonly columns: readonly string[];
  readonly rowsOf: (environment: EnvironmentModel) => readonly (readonly Cell[])[];
}

/** A table with its rows, in a stable order. */
export interface FilledMatrix extends Omit<Matrix, 'rowsOf'> {
  readonly rows: readonly (readonly Cell[])[];
}

/** Fills a table. One that meets something unreadable says so in its only row: it never looks like an empty one. */
export function filled({ rowsOf, ...matrix }: Matrix, environment: EnvironmentModel): FilledMatrix {
  try {
    return { ...matrix, rows: sortedBy(rowsOf(environment), (row) => keyOf(...row.map(String))) };
  } catch (error) {
    if (!(error instanceof CannotTell)) throw error;
    return { ...matrix, rows: [matrix.columns.map((_, at) => (at === 0 ? `cannot tell: ${error.message}` : ''))] };
  }
}

/** A table as a file of the pack. */
export function matrixFile({ name, columns, rows }: FilledMatrix): PackFile {
  return csvFile(`matrices/${name}.csv`, columns, rows);
}
