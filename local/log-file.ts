import { closeSync, openSync, writeSync } from 'node:fs';
import type { LogSink } from '../lambda/shared/log';

/** A log that goes to a file: a terminal is for the person. */
export interface LogFile {
  readonly sink: LogSink;
  close(): void;
}

/** Opens a log file that only its owner may read, to write on at its end. */
export function openLogFile(file: string): LogFile {
  const descriptor = openSync(file, 'a', 0o600);
  return {
    sink: (line) => {
      writeSync(descriptor, `${line}\n`);
    },
    close: () => closeSync(descriptor),
  };
}
