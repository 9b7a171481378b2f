/** One line of the table. */
export interface Figure {
  readonly name: string;
  /** In milliseconds, unless `unit` says otherwise. */
  readonly samples: readonly number[];
  readonly unit?: string;
  /** What its median is divided by. */
  readonly against?: Figure;
  /** The most that ratio, or without one the median, is meant to be. */
  readonly target?: number;
}

/** The value that a share of the samples does not exceed. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The middle one of the samples. */
export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

/** Prints figures below each other, with their targets beside. */
export function printFigures(title: string, figures: readonly Figure[]): void {
  console.log(`\n${title}\n${line(['', 'n', 'median', 'p95', 'ratio', 'target'])}`);
  for (const { name, samples, unit = 'ms', against, target } of figures) {
    const ratio = against && median(samples) / median(against.samples);
    const judged = ratio ?? median(samples);
    console.log(
      line([
        name,
        String(samples.length),
        `${rounded(median(samples))} ${unit}`,
        samples.length > 1 ? rounded(quantile(samples, 0.95)) : '',
        ratio === undefined ? '' : ratio.toFixed(2),
        target === undefined ? '' : `<= ${target} ${judged <= target ? 'met' : 'missed'}`,
      ]),
    );
  }
}

function line([name = '', ...cells]: readonly string[]): string {
  return [name.padEnd(58), ...cells.map((cell, at) => cell.padStart([6, 14, 8, 7, 16][at] ?? 0))].join(' ').trimEnd();
}

function rounded(value: number): string {
  return value >= 1_000 ? value.toFixed(0) : value.toPrecision(3);
}

/** Says how far a run is, on a terminal only, and takes it back at the end. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${text}\u001b[K`);
}
