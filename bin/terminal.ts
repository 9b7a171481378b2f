/** Where a command writes. */
export interface Terminal {
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
  /** Replaces one line, a few times a second; absent where nobody watches. */
  readonly progress?: ((text: string) => void) | undefined;
}

/** The process's own output: progress on a terminal alone, so that a log of CI holds none. */
export function processTerminal(): Terminal {
  const { stderr } = process;
  if (!stderr.isTTY) return { print: console.log, complain: console.error };
  let last = 0;
  const onLine = (write: (text: string) => void) => (text: string) => {
    stderr.write('\r\x1b[K');
    write(text);
  };
  return {
    print: onLine(console.log),
    complain: onLine(console.error),
    progress: (text) => {
      if (Date.now() - last < 250) return;
      last = Date.now();
      stderr.write(`\r\x1b[K${text}`);
    },
  };
}
