import { progress } from './figures';
import type { Treated } from './population';

const WARM_UP = 50;

/** Milliseconds of every call, variants in turn and each turn beginning with another one. */
export async function takeTurns<Name extends string>(
  label: string,
  count: number,
  calls: Readonly<Record<Name, (treated: Treated) => Promise<void>>>,
  treated: readonly Treated[],
): Promise<Readonly<Record<Name, readonly number[]>>> {
  const names = Object.keys(calls) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let turn = 0; turn < count + WARM_UP; turn += 1) {
    if (turn % 50 === 0) progress(`${label}, ${turn} of ${count + WARM_UP}`);
    for (let at = 0; at < names.length; at += 1) {
      const name = names[(turn + at) % names.length] as Name;
      const one = treated[Math.floor(Math.random() * treated.length)] as Treated;
      const startedAt = performance.now();
      await calls[name](one);
      if (turn >= WARM_UP) samples[name].push(performance.now() - startedAt);
    }
  }
  return samples;
}
