import { createRequire } from 'node:module';
import { getState, resetState } from 'jest-circus';

const HANDLERS = Symbol.for('EVENT_HANDLERS');
const globals = globalThis as unknown as Record<symbol, unknown>;

interface Framework {
  readonly exports: unknown;
  /** Of the global object: where it keeps what it knows of the file that runs. */
  readonly state: symbol;
  readonly handlers: unknown[];
  readonly ownHandlers: number;
}

let loaded: Framework | undefined;

/**
 * Jest's test framework, ready for the next file. Jest loads it anew in every sandbox; without one, a second load would keep the handlers of
 * the first and each event would go to all of them. So it is loaded once, and given an empty state and its own handlers.
 *
 * @param file the module that jest-circus asks its runtime for
 * @throws Error where jest-circus keeps its state in another way than the version this was written for
 */
export function framework(file: string): unknown {
  loaded ??= load(file);
  loaded.handlers.splice(loaded.ownHandlers);
  resetState();
  globals[loaded.state] = getState();
  return loaded.exports;
}

function load(file: string): Framework {
  // Those of the public entry point, imported above: the module brings its own, which know its state.
  delete globals[HANDLERS];
  const before = new Set(Object.getOwnPropertySymbols(globals));
  const exports: unknown = createRequire(file)(file);
  const state = Object.getOwnPropertySymbols(globals).find((symbol) => symbol.description === 'JEST_STATE_SYMBOL' && !before.has(symbol));
  const handlers = globals[HANDLERS];
  if (state === undefined || !Array.isArray(handlers)) {
    throw new Error(`${file} no longer keeps its state and handlers on the global object: test/runner/framework.ts has to follow, or go.`);
  }
  return { exports, state, handlers: handlers as unknown[], ownHandlers: handlers.length };
}
