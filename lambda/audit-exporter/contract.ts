import type { Environment } from '../shared/environment';

/** The database login of the exporter: it reads events and plans and finishes batches, and nothing else. */
export const AUDIT_EXPORTER_DATABASE_USER = 'audit_exporter';

/** Where batches go in the audit bucket: `audit/<epoch>/<number>.jsonl`. The role may write there and nowhere else. */
export const AUDIT_BATCH_PREFIX = 'audit/';

/** Event name of the one log line of every run. A metric filter reads its `oldestUnexportedS`; silence is an alarm of its own. */
export const EXPORT_EVENT = 'export';

/** Code of that line when the bucket already holds other bytes under a batch's name: somebody else writes there, or a database was restored. */
export const BATCH_CONFLICT_CODE = 'batch_conflict';

/**
 * Environment of the exporter. It connects to the instance, not to the proxy, because it takes an advisory lock, and a lock pins a proxied
 * connection.
 */
export const AUDIT_EXPORTER_ENVIRONMENT = ['DATABASE_HOST', 'DATABASE_PORT', 'DATABASE_NAME', 'AUDIT_BUCKET_NAME', 'SIGNING_KEY_ARN'] as const;

/** What the stack must set. */
export type AuditExporterEnvironment = Environment<typeof AUDIT_EXPORTER_ENVIRONMENT>;
