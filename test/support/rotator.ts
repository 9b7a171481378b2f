import { randomUUID } from 'node:crypto';
import type { Row, SqlService } from './sql-service';
import { digest } from './sql-world';

/** Bytes of a value that names a key. */
export function under(keyId: string, length = 61): Buffer {
  return Buffer.concat([Buffer.from([1]), Buffer.from(keyId.replaceAll('-', ''), 'hex'), Buffer.alloc(length - 17, 7)]);
}

/** The functions of the rotation, one by one, as its login calls them. */
export class Rotator {
  constructor(private readonly service: SqlService) {}

  async call<Result extends Row = Row>(name: string, ...args: readonly unknown[]): Promise<readonly (Result & Row)[]> {
    const parameters = args.map((_, at) => `$${at + 1}`).join();
    return this.service.as<Result & Record<string, unknown>>('key_rotator', `SELECT * FROM crypto.${name}(${parameters})`, args);
  }

  /** The events of one request: type, action, outcome, reason. */
  async eventsOf(request: string): Promise<readonly (readonly unknown[])[]> {
    const events = await this.service.admin('SELECT * FROM audit.event WHERE request_id = $1 ORDER BY seq', [request]);
    return events.map(({ event_type, action, outcome, reason }) => [event_type, action, outcome, reason]);
  }

  async addKey(keyClass: string, newest: string | null, wrapped = digest(), id: string = randomUUID()) {
    const request = randomUUID();
    const [row] = await this.call('add_data_key', randomUUID(), request, keyClass, id, wrapped, newest);
    return { outcome: row?.['outcome'], id, events: await this.eventsOf(request) };
  }

  async retireKey(id: string): Promise<readonly unknown[]> {
    const request = randomUUID();
    const [row] = await this.call('retire_data_key', randomUUID(), request, id);
    const [event] = await this.eventsOf(request);
    return [row?.['outcome'], ...(event ?? []).slice(2)];
  }

  async clearKeys(): Promise<void> {
    await this.service.admin('TRUNCATE crypto.data_key, crypto.rotation_pass');
  }
}
