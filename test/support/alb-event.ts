/** The parts of a load balancer's event that tests vary; the index signature lets a test add what a load balancer never would. */
export interface AlbEvent {
  readonly [member: string]: unknown;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
}

/** An event as an Application Load Balancer sends it with multi-value headers on: `GET /v1/me` without a token, unless told otherwise. */
export function albEvent(
  overrides: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, readonly string[]>> = {},
): AlbEvent {
  return {
    requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:111111111111:targetgroup/records/50dc6c495c0c9188' } },
    httpMethod: 'GET',
    path: '/v1/me',
    multiValueQueryStringParameters: {},
    multiValueHeaders: {
      accept: ['application/json'],
      host: ['api.example.com'],
      'user-agent': ['test'],
      'x-amzn-trace-id': ['Root=1-5bdb40ca-556d8b0c50dc66f0511bf520'],
      'x-forwarded-for': ['203.0.113.7'],
      'x-forwarded-port': ['443'],
      'x-forwarded-proto': ['https'],
      ...headers,
    },
    body: '',
    isBase64Encoded: true,
    ...overrides,
  };
}

/** A POST whose body the load balancer passed on as text, as it does for JSON. */
export function jsonPost(
  body: string,
  headers: Readonly<Record<string, readonly string[]>> = {},
  overrides: Readonly<Record<string, unknown>> = {},
): AlbEvent {
  return albEvent({ httpMethod: 'POST', body, isBase64Encoded: false, ...overrides }, { 'content-type': ['application/json'], ...headers });
}

/** The same, passed on as base64 bytes. */
export function bytesPost(bytes: Uint8Array, headers: Readonly<Record<string, readonly string[]>> = {}): AlbEvent {
  return jsonPost(Buffer.from(bytes).toString('base64'), headers, { isBase64Encoded: true });
}
