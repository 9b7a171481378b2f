import { iamPassword, parsePort } from '../shared/database';
import { readEnvironment } from '../shared/environment';
import { kmsSigner } from './adapters/kms-signer';
import { s3Batches } from './adapters/s3-batches';
import { connectExporter } from './connect';
import { AUDIT_EXPORTER_DATABASE_USER, AUDIT_EXPORTER_ENVIRONMENT } from './contract';
import { createExporter } from './exporter';

const environment = readEnvironment(AUDIT_EXPORTER_ENVIRONMENT);
// Set by Lambda itself, so it is not part of the contract.
const { AWS_REGION: region } = readEnvironment(['AWS_REGION']);
const address = {
  host: environment.DATABASE_HOST,
  port: parsePort(environment.DATABASE_PORT),
  database: environment.DATABASE_NAME,
  user: AUDIT_EXPORTER_DATABASE_USER,
};
const password = iamPassword(address, region);

/** Carries what the audit trail gained to the locked bucket, as signed batches: 164.312(b), 164.316(b)(2)(i). Invoked by a schedule. */
export const handler = createExporter({
  connect: () => connectExporter(address, password),
  store: s3Batches(environment.AUDIT_BUCKET_NAME),
  signer: kmsSigner(environment.SIGNING_KEY_ARN),
  now: () => performance.now(),
});
