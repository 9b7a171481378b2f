import { CodedError } from '../../shared/outcome';
import { isRecord } from '../../shared/record';
import type { KeySource } from '../jwks-copy';

/** Longest answer read, in characters: a parameter holds 4 KB, and JSON can double it. */
const MAX_ANSWER_LENGTH = 32_768;

/** How long one attempt may take to its last byte, in milliseconds: the handler's own limits end with the answer's first line. */
const ATTEMPT_MS = 3_000;

/**
 * The copy of the key set in Parameter Store, where only the refresher may write it. One signed request instead of the whole SDK client,
 * which alone would be a quarter of the bundle: what it may ask is this one thing.
 *
 * @param region AWS Region of the parameter.
 */
export function parameterKeys(parameterName: string, region: string): KeySource {
  return { read: () => readOnce(parameterName, region).catch(() => readOnce(parameterName, region)) };
}

/**
 * Asks within about 3 s.
 *
 * @returns undefined when the parameter does not exist.
 * @throws CodedError `parameter_unreadable`, without a word of the answer, which names the role.
 */
async function readOnce(name: string, region: string): Promise<string | undefined> {
  const { fromEnv, HttpRequest, NodeHttpHandler, Sha256, SignatureV4 } = await import('./signing');
  const endpoint = new URL(process.env['AWS_ENDPOINT_URL'] ?? `https://ssm.${region}.amazonaws.com`);
  const request = new HttpRequest({
    method: 'POST',
    protocol: endpoint.protocol,
    hostname: endpoint.hostname,
    ...(endpoint.port === '' ? {} : { port: Number(endpoint.port) }),
    path: '/',
    headers: { host: endpoint.host, 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AmazonSSM.GetParameter' },
    body: JSON.stringify({ Name: name }),
  });
  const signer = new SignatureV4({ service: 'ssm', region, credentials: fromEnv(), sha256: Sha256 });
  const handler = new NodeHttpHandler({ connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true });
  try {
    const signed = (await signer.sign(request)) as typeof request;
    const { response } = await handler.handle(signed, { abortSignal: AbortSignal.timeout(ATTEMPT_MS) });
    const answer: unknown = JSON.parse(await readText(response.body as AsyncIterable<Uint8Array>));
    if (!isRecord(answer)) throw new CodedError('parameter_unreadable');
    if (response.statusCode === 400 && String(answer['__type']).endsWith('ParameterNotFound')) return undefined;
    const parameter = answer['Parameter'];
    const value = isRecord(parameter) ? parameter['Value'] : undefined;
    if (response.statusCode !== 200 || typeof value !== 'string') throw new CodedError('parameter_unreadable');
    return value;
  } catch {
    throw new CodedError('parameter_unreadable');
  } finally {
    handler.destroy();
  }
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > MAX_ANSWER_LENGTH) throw new CodedError('parameter_unreadable');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
