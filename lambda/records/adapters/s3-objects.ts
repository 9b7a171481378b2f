import { CodedError } from '../../shared/outcome';
import type { ObjectAccess, ObjectStore, ObjectUpload, PresignedRequest } from '../ports';

/** Where documents and recordings are. */
export interface S3ObjectsOptions {
  readonly bucket: string;
  readonly region: string;
  /** @default the system's clock; milliseconds since the epoch */
  readonly now?: () => number;
}

/** What differs between the two kinds of address. */
interface Intent {
  readonly method: 'GET' | 'PUT';
  readonly query: Record<string, string>;
  readonly headers: Record<string, string>;
}

/**
 * Addresses of objects, signed with the function's own role and computed here: no call leaves the function. An upload is bound by
 * signature to its checksum, length and type and to there being no such object yet: 164.312(c)(1). S3 keeps the `x-audit-id` of an address
 * in its data event, which is how a use is joined to its grant: 164.312(b).
 */
export function s3Objects({ bucket, region, now = Date.now }: S3ObjectsOptions): ObjectStore {
  const presign = async ({ key, auditId, lifetimeS }: ObjectAccess, { method, query, headers }: Intent): Promise<PresignedRequest> => {
    try {
      const { formatUrl, fromEnv, HttpRequest, Sha256, SignatureV4 } = await import('./signing');
      const hostname = `${bucket}.s3.${region}.amazonaws.com`;
      const request = new HttpRequest({
        method,
        protocol: 'https:',
        hostname,
        path: `/${key}`,
        query: { ...query, 'x-audit-id': auditId },
        headers: { ...headers, host: hostname, 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' },
      });
      const signer = new SignatureV4({ service: 's3', region, credentials: fromEnv(), sha256: Sha256, uriEscapePath: false });
      const signed = await signer.presign(request, {
        expiresIn: lifetimeS,
        signingDate: new Date(now()),
        // Left among the headers: in the address, a client could change them without S3 noticing.
        unhoistableHeaders: new Set(Object.keys(headers)),
      });
      return { method, url: formatUrl(signed), headers };
    } catch {
      throw new CodedError('object_store_unavailable');
    }
  };
  return {
    presignGet: (access) =>
      presign(access, { method: 'GET', query: access.version === undefined ? {} : { versionId: access.version }, headers: {} }),
    presignPut: (upload) => presign(upload, { method: 'PUT', query: {}, headers: uploadHeaders(upload) }),
  };
}

function uploadHeaders({ contentType, sizeBytes, sha256 }: ObjectUpload): Record<string, string> {
  return {
    'content-type': contentType,
    'content-length': String(sizeBytes),
    'if-none-match': '*',
    'x-amz-checksum-sha256': Buffer.from(sha256).toString('base64'),
  };
}
