import type * as Ssm from '@aws-sdk/client-ssm';

/**
 * Reads one Parameter Store value, within about 6 s even when the endpoint does not answer. The SDK is loaded at the first call.
 *
 * @returns undefined when the parameter does not exist.
 * @throws the SDK's own error; callers turn it into a code and never log it.
 */
export function readParameter(name: string): Promise<string | undefined> {
  return withClient(async ({ GetParameterCommand, ParameterNotFound }, client) => {
    try {
      return (await client.send(new GetParameterCommand({ Name: name }))).Parameter?.Value;
    } catch (error) {
      if (error instanceof ParameterNotFound) return undefined;
      throw error;
    }
  });
}

/**
 * Writes one public value of up to 4 KB, replacing the last one, within the same bounds.
 *
 * @throws the SDK's own error, as {@link readParameter}.
 */
export function writeParameter(name: string, value: string): Promise<void> {
  return withClient(async ({ PutParameterCommand }, client) => {
    await client.send(new PutParameterCommand({ Name: name, Value: value, Type: 'String', Tier: 'Standard', Overwrite: true }));
  });
}

async function withClient<Result>(call: (sdk: typeof Ssm, client: Ssm.SSMClient) => Promise<Result>): Promise<Result> {
  const sdk = await import('@aws-sdk/client-ssm');
  const requestHandler = { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true };
  const client = new sdk.SSMClient({ maxAttempts: 2, requestHandler });
  try {
    return await call(sdk, client);
  } finally {
    client.destroy();
  }
}
