export { fromEnv } from '@aws-sdk/credential-provider-env';
export { formatUrl } from '@aws-sdk/core/util';
export { Sha256 } from '@smithy/core/checksum';
export { HttpRequest } from '@smithy/core/protocols';
export { NodeHttpHandler } from '@smithy/node-http-handler';
export { SignatureV4 } from '@smithy/signature-v4';
