import { PATIENCE, trailErrorOf } from './sdk-failure';

/**
 * The account of the credentials in use, which need no right for it.
 *
 * @throws TrailError when there are none, or AWS does not take them.
 */
export async function callerAccount(region: string): Promise<string> {
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
  const client = new STSClient({ region, ...PATIENCE });
  try {
    return (await client.send(new GetCallerIdentityCommand({}))).Account ?? '';
  } catch (error) {
    throw trailErrorOf(error, 'find out whose credentials these are');
  } finally {
    client.destroy();
  }
}
