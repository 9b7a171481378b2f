import { open, readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { folderArchive } from '../lambda/audit-exporter/adapters/folder-archive';
import { isKeyArn, kmsPublicKey } from '../lambda/audit-exporter/adapters/kms-public-key';
import { s3Archive } from '../lambda/audit-exporter/adapters/s3-archive';
import { ArchiveError, type BatchArchive } from '../lambda/audit-exporter/archive';
import type { Finding } from '../lambda/audit-exporter/findings';
import { parsePublicKey, type KeyRefusal, type VerificationKey } from '../lambda/audit-exporter/verification-key';
import { verifyArchive, type VerifySummary } from '../lambda/audit-exporter/verify-archive';
import { loggedIds, Witness, type WitnessSummary } from '../lambda/audit-exporter/witness';
import { drain } from '../lambda/shared/drain';
import { processTerminal, type Terminal } from './terminal';

const USAGE = `Usage: npm run audit:verify -- FOLDER|s3://BUCKET --key PEM-FILE|KEY-ARN [--key ...] [--max-age-minutes 10] [--witness FILE]
  FOLDER             holds audit/EPOCH/NUMBER.jsonl
  --key              public key (PEM) or ARN of the KMS key that signs; again for each key that ever did
  --max-age-minutes  how old the newest batch may be; 10 unless given
  --witness          lines of the request log of one stretch of time, oldest first, to compare with what was exported
Exit code: 0 verified, 1 findings, 2 wrong usage or something cannot be read.`;

/** Where a run of the command writes, and when it takes place. */
export interface AuditVerifyRun extends Terminal {
  readonly nowMs: number;
}

interface Options {
  readonly target: string;
  readonly keys: readonly string[];
  readonly maxAgeMs: number;
  readonly witness: string | undefined;
}

/** Verifies an archive of audit batches: 164.312(b), 164.312(c)(1). Exit codes: 0 verified, 1 findings, 2 usage or unreadable input. */
export async function main(args: readonly string[], terminal: AuditVerifyRun): Promise<0 | 1 | 2> {
  const options = parse(args);
  if (typeof options === 'string') {
    terminal.complain(`${options}\n${USAGE}`);
    return 2;
  }
  try {
    const keys = await Promise.all(options.keys.map(readKey));
    const witness = options.witness === undefined ? undefined : await readWitness(options.witness);
    const archive = await openArchive(options.target);
    return await verify(archive, keys, witness, options, terminal);
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    terminal.complain(error.message);
    return 2;
  }
}

/** The options, or what is wrong with them. */
function parse(args: readonly string[]): Options | string {
  const string = { type: 'string' } as const;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { key: { ...string, multiple: true }, 'max-age-minutes': { ...string, default: '10' }, witness: string },
    });
    const [target, ...more] = positionals;
    const minutes = values['max-age-minutes'];
    if (target === undefined || more.length > 0) return `One folder or bucket is needed, not ${positionals.length}.`;
    if (!values.key) return 'At least one --key is needed: without it a signature proves nothing.';
    if (!/^\d{1,6}$/.test(minutes) || Number(minutes) === 0) return `--max-age-minutes must be a whole number from 1 to 999999, not ${minutes}.`;
    return { target, keys: values.key, maxAgeMs: Number(minutes) * 60_000, witness: values.witness };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Opens a folder or `s3://BUCKET` of batches. */
export function openArchive(target: string): Promise<BatchArchive> {
  if (!target.startsWith('s3:')) return folderArchive(target);
  const bucket = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/?$/.exec(target)?.[1];
  if (bucket === undefined) throw new ArchiveError(`${target} names no bucket. Write s3://BUCKET, without a path.`);
  return s3Archive(bucket);
}

const REFUSALS: Readonly<Record<KeyRefusal, string>> = {
  key_not_pem: 'is no public key in PEM',
  key_is_private: 'is a private key, which a verifier must not have; give its public half',
  key_kind_unsupported: 'is neither Ed25519 nor RSA of 2,048 bits or more',
};

/** Reads a public key out of a PEM file, or asks KMS for it by its ARN. */
export async function readKey(key: string): Promise<VerificationKey> {
  const read = isKeyArn(key) ? await kmsPublicKey(key) : parsePublicKey(await readText(key));
  if (typeof read === 'string') throw new ArchiveError(`${key} ${REFUSALS[read]}. --key takes a PEM file or arn:aws:kms:REGION:ACCOUNT:key/ID.`);
  return read;
}

function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ArchiveError(`Cannot read the key ${file} (${error.code}). --key takes a PEM file or arn:aws:kms:REGION:ACCOUNT:key/ID.`);
  });
}

async function readWitness(file: string): Promise<{ readonly witness: Witness; readonly skipped: number }> {
  const witness = new Witness();
  let [line, named] = [0, 0];
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    throw new ArchiveError(`Cannot read the witness ${file} (${error.code}).`);
  });
  try {
    // Opening a folder is no error, and reading it is one that passes by whoever asks for lines.
    if (!(await handle.stat()).isFile()) throw new ArchiveError(`The witness ${file} is no file.`);
    for await (const text of handle.readLines()) {
      line += 1;
      const ids = loggedIds(text);
      if (ids.length > 0) named += 1;
      witness.addLine(line, ids);
    }
  } finally {
    await handle.close();
  }
  if (named === 0) throw new ArchiveError(`No line of ${file} has an auditId and a number of auditEvents. --witness takes lines of the request log.`);
  return { witness, skipped: line - named };
}

async function verify(
  archive: BatchArchive,
  keys: readonly VerificationKey[],
  log: { readonly witness: Witness; readonly skipped: number } | undefined,
  { target, maxAgeMs }: Options,
  { print, progress, nowMs }: AuditVerifyRun,
): Promise<0 | 1> {
  let [batches, events, findings] = [0, 0, 0];
  const report = ({ code, batch, expected, found }: Finding): void => {
    findings += 1;
    print(`${code}  ${batch}: expected ${expected}; found ${found}`);
  };
  const run = verifyArchive(archive, {
    keys,
    nowMs,
    maxAgeMs,
    onBatch: (key, { header, events: of }) => {
      batches += 1;
      events += of.length;
      progress?.(`${number(batches)} batches, ${number(events)} events, ${number(findings)} findings`);
      return header && log ? log.witness.addBatch(key, Date.parse(header.planned_at), of.map(({ id }) => id)) : [];
    },
  });
  const summary = await drain(run, report);
  if (summary.batches === 0 && findings === 0) throw new ArchiveError(`There is no batch in ${target}: nothing to verify, and nothing verified.`);
  const compared = log?.witness.end();
  compared?.findings.forEach(report);
  print(sentence(summary, findings));
  if (log && compared) print(reach(compared.summary, log.skipped));
  return findings === 0 ? 0 : 1;
}

function sentence({ batches, events, epochs, newestPlannedAt = 'none' }: VerifySummary, findings: number): string {
  const verdict = findings === 0 ? 'Verified' : `${number(findings)} findings in`;
  return `${verdict}: ${number(batches)} batches, ${number(events)} events, epochs: ${epochs}, newest batch: ${newestPlannedAt}`;
}

function reach({ logged, matched, tooNew, notCovered }: WitnessSummary, skipped: number): string {
  return [
    `Witness: ${number(logged)} events logged, ${number(matched)} of them exported, ${number(tooNew)} too new to tell.`,
    `Not compared: ${number(notCovered)} exported events from before or after the log, ${number(skipped)} lines of other kinds.`,
    'Out of reach: what was neither logged nor exported, and events of functions whose log is not in the file.',
  ].join('\n');
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}

if (require.main === module) {
  void main(process.argv.slice(2), { ...processTerminal(), nowMs: Date.now() }).then((code) => (process.exitCode = code));
}
