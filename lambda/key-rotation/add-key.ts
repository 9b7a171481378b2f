import { usableInTurn } from '../records/data-keys';
import { KEY_CLASSES, keyFailureOf, type KeyClass } from '../records/ports';
import { CodedError } from '../shared/outcome';
import { newUuid, type Uuid } from '../shared/uuid';
import type { RotationPorts } from './ports';

/** What a key can be added with. */
export type AddPorts = Pick<RotationPorts, 'store' | 'provider'>;

/**
 * Makes a data key in its wrapped form only and adds it, if the newest usable one of its class is still the given one.
 *
 * @returns `key_stale` when it is not: somebody else was first, and the key that was made is nowhere.
 * @throws CodedError with a `KeyFailure`, or `key_refused`; and what the store throws.
 */
export async function addKey({ store, provider }: AddPorts, keyClass: KeyClass, newest: Uuid | undefined): Promise<'ok' | 'key_stale'> {
  const name = { keyId: newUuid(), keyClass };
  const wrapped = await provider.generate(name).catch((error: unknown) => {
    throw new CodedError(keyFailureOf(error));
  });
  const outcome = await store.addKey({ ...name, wrapped }, newest);
  if (outcome === 'ok') return 'ok';
  if (outcome === 'stale') return 'key_stale';
  throw new CodedError('key_refused');
}

/**
 * Makes the first key of every class that has none, so that a fresh deployment can serve: 164.312(a)(2)(iv). Safe to repeat, and beside a
 * rotation.
 *
 * @throws as {@link addKey}.
 */
export async function makeFirstKeys(ports: AddPorts): Promise<void> {
  for (const keyClass of KEY_CLASSES) {
    const keys = await ports.store.listKeys(keyClass);
    if (usableInTurn(keys).length === 0) await addKey(ports, keyClass, undefined);
  }
}
