import { createAdministration } from '../lambda/administer/administration';
import { ADMINISTER_DATABASE_USER } from '../lambda/administer/contract';
import { instanceSessions } from '../lambda/shared/instance-session';
import type { LogSink } from '../lambda/shared/log';
import type { Connections } from './records-database';

/**
 * Makes the first administrator, whom no administrator can make: through the function that does it in AWS, with its audit row.
 *
 * @throws Error with the outcome when it does not come to that.
 */
export async function makeFirstAdmin(connections: Connections, sub: string, sink: LogSink): Promise<void> {
  const { address, password, trust } = connections(ADMINISTER_DATABASE_USER);
  const administer = createAdministration({ withSession: instanceSessions(address, password, { trust }), sink });
  const answer = await administer({ bootstrapAdmin: sub }, {});
  if (answer?.outcome !== 'ok') throw new Error(`The first administrator could not be made: ${String(answer?.outcome)}.`);
}
