import type { Client } from 'pg';
import { makeFirstKeys } from '../lambda/key-rotation/add-key';
import { KEY_ROTATION_DATABASE_USER } from '../lambda/key-rotation/contract';
import { rotateKeys, type RotationStep } from '../lambda/key-rotation/rotate';
import { createRotation } from '../lambda/key-rotation/rotation';
import { rotationStore } from '../lambda/key-rotation/rotation-store';
import { createMasterKey, fileKeys } from '../lambda/records/adapters/file-keys';
import { KEY_CONTEXT_APP } from '../lambda/records/contract';
import type { KeyProvider, MacProvider } from '../lambda/records/ports';
import { instanceSessions, type WithSession } from '../lambda/shared/instance-session';
import type { LogSink } from '../lambda/shared/log';
import { CodedError } from '../lambda/shared/outcome';
import type { Connections } from './records-database';
import type { StatePaths } from './state';

/** Name of this environment in the context of every data key: keys of another one do not open here. */
const ENVIRONMENT = 'local';

/** How often a rotation that was asked for is gone on with, in milliseconds. */
const EVERY_MS = 60_000;

/** The keys of a state folder, under a master key that is made at the first start. */
export async function localKeys({ masterKey }: StatePaths): Promise<KeyProvider & MacProvider> {
  await createMasterKey(masterKey);
  return fileKeys({ masterKeyFile: masterKey, app: KEY_CONTEXT_APP, env: ENVIRONMENT });
}

/**
 * Makes the first data key of every class that has none, as the login and through the function that do it in AWS.
 *
 * @throws CodedError when there is no connection, or no key can be made.
 */
export async function makeLocalFirstKeys(connections: Connections, provider: KeyProvider): Promise<void> {
  await sessionOf(connections, (client) => makeFirstKeys({ store: rotationStore(client), provider }));
}

/**
 * Begins a rotation of every class, and takes it as far as it can go now.
 *
 * @param isServing whether a service may be writing with older keys: then it is given time to learn of the new ones.
 * @throws CodedError when there is no connection.
 */
export function rotateNow(connections: Connections, provider: KeyProvider, isServing: boolean): Promise<readonly RotationStep[]> {
  const settle = isServing ? {} : { settleMs: 0 };
  return sessionOf(connections, (client) => rotateKeys({ store: rotationStore(client), provider, ...settle }, { kind: 'rotate' }));
}

/** Goes on with a rotation while the service runs, as the schedule does in AWS; how each run went is in its log lines. */
export function startKeyRotation(connections: Connections, provider: KeyProvider, sink: LogSink): { stop(): Promise<void> } {
  const rotation = createRotation({ withSession: sessionsOf(connections), provider, sink });
  let current: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    current = current.then(() => rotation({}, {})).catch(() => undefined);
  }, EVERY_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      await current;
    },
  };
}

function sessionsOf(connections: Connections): WithSession {
  const { address, password, trust } = connections(KEY_ROTATION_DATABASE_USER);
  return instanceSessions(address, password, { trust });
}

async function sessionOf<Result>(connections: Connections, use: (client: Client) => Promise<Result>): Promise<Result> {
  const session = await sessionsOf(connections)(use);
  if (session.kind === 'failed') throw new CodedError(session.code);
  return session.result;
}
