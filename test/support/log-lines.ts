/** Collects what a logger writes. */
export interface CollectedLog {
  readonly sink: (line: string) => void;
  /** Raw lines, as they would reach standard output. */
  readonly lines: string[];
  /** The lines, parsed. */
  readonly parsed: () => readonly Readonly<Record<string, unknown>>[];
}

/** Makes a sink that keeps every line. */
export function collectLog(): CollectedLog {
  const lines: string[] = [];
  return {
    sink: (line) => lines.push(line),
    lines,
    parsed: () => lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>),
  };
}
