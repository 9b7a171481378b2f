import { createHash } from 'node:crypto';
import type { IncidentStore } from '../incident/ports';
import { CodedError } from '../shared/outcome';
import { isRecord } from '../shared/record';
import { COORDINATION_PREFIX } from './contract';

/** A turn may be taken again after this. */
const HOUR_MS = 3_600_000;

/** How often a turn is sought again that somebody else took meanwhile. */
const ATTEMPTS = 12;

/** Containments that may start by themselves within any hour. */
export const MOST_PER_PRINCIPAL = 3;
/** The same, whoever it was. */
export const MOST_IN_ALL = 10;

/** Who may take turns together. */
export interface Scope {
  /** Below `coordination/`. */
  readonly folder: string;
  /** Turns within any hour. */
  readonly most: number;
}

/** One turn as it was last taken. */
export interface Turn {
  /** From 0. */
  readonly slot: number;
  /** From 1: how often it has been taken. */
  readonly round: number;
  readonly execution: string;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

/** What can be had. */
export type TurnChoice =
  | { readonly kind: 'held'; readonly atMs: number }
  | { readonly kind: 'free'; readonly slot: number; readonly round: number }
  | { readonly kind: 'none' };

/** All containments together. */
export const EVERYBODY: Scope = { folder: 'all', most: MOST_IN_ALL };

/** Those of one principal, by a digest: a name may hold what no key of an object can. */
export function scopeOf(principal: string): Scope {
  const digest = createHash('sha256').update(principal).digest('hex').slice(0, 32);
  return { folder: `principal-${digest}`, most: MOST_PER_PRINCIPAL };
}

/**
 * Which turn an execution has or may take. A slot is free an hour after it was taken, so that in any hour, wherever it begins, there are no
 * more turns than slots.
 *
 * @param latest the newest turn of each slot that was ever taken.
 */
export function chooseTurn(latest: readonly Turn[], most: number, execution: string, nowMs: number): TurnChoice {
  const own = latest.find((turn) => turn.execution === execution);
  if (own) return { kind: 'held', atMs: own.atMs };
  for (let slot = 0; slot < most; slot += 1) {
    const turn = latest.find((each) => each.slot === slot);
    if (turn === undefined || nowMs - turn.atMs >= HOUR_MS) return { kind: 'free', slot, round: (turn?.round ?? 0) + 1 };
  }
  return { kind: 'none' };
}

/**
 * Takes a turn, or finds the one that this execution has: each is an object that is created once, so of two who want it one gets it.
 *
 * @returns when it was taken, in milliseconds since the epoch; undefined when there is none to be had.
 * @throws CodedError `store_denied`, `store_unavailable`, or `turn_contended` when others were faster every time.
 */
export async function takeTurn(store: IncidentStore, scope: Scope, execution: string, nowMs: number): Promise<number | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const choice = chooseTurn(await latestTurns(store, scope), scope.most, execution, nowMs);
    if (choice.kind === 'none') return undefined;
    if (choice.kind === 'held') return choice.atMs;
    const bytes = Buffer.from(`${JSON.stringify({ execution, at: new Date(nowMs).toISOString() })}\n`);
    if ((await store.create(keyOf(scope, choice.slot, choice.round), bytes)) === 'created') return nowMs;
  }
  throw new CodedError('turn_contended');
}

function keyOf({ folder }: Scope, slot: number, round: number): string {
  return `${COORDINATION_PREFIX}${folder}/${String(slot).padStart(2, '0')}/${String(round).padStart(6, '0')}.json`;
}

async function latestTurns(store: IncidentStore, scope: Scope): Promise<readonly Turn[]> {
  const rounds = new Map<number, number>();
  for (const name of await store.list(`${COORDINATION_PREFIX}${scope.folder}/`)) {
    const [, slot, round] = /\/(\d{2})\/(\d{6})\.json$/.exec(name) ?? [];
    if (slot !== undefined) rounds.set(Number(slot), Math.max(rounds.get(Number(slot)) ?? 0, Number(round)));
  }
  const read = async (slot: number, round: number): Promise<Turn> => ({
    slot,
    round,
    ...contentOf(await store.read(keyOf(scope, slot, round))),
  });
  return Promise.all([...rounds].map(([slot, round]) => read(slot, round)));
}

/** A turn that cannot be read was taken by nobody knows whom, and never gets free: it makes the cap lower, not higher. */
function contentOf(bytes: Uint8Array): Pick<Turn, 'execution' | 'atMs'> {
  try {
    const content: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const atMs = isRecord(content) ? Date.parse(String(content['at'])) : Number.NaN;
    if (isRecord(content) && !Number.isNaN(atMs)) return { execution: String(content['execution']), atMs };
  } catch {
    // Not JSON: as below.
  }
  return { execution: '', atMs: Number.POSITIVE_INFINITY };
}
