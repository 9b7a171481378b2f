import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, mkdirSync, rmSync } from 'node:fs';
import { chmod, link, open, rm, stat } from 'node:fs/promises';
import * as path from 'node:path';
import type { Readable } from 'node:stream';
import { isRecord } from '../lambda/shared/record';

/** What came of an upload. `version` is the SHA-256 of the content, in hexadecimal. */
export type Stored = { readonly kind: 'stored'; readonly version: string } | { readonly kind: 'exists' } | { readonly kind: 'differs' };

/** Kind of object and its id: no other name leads into the folder, or out of it. */
export const OBJECT_KEY = /^(?:documents|recordings)\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const DRAFTS = 'drafts';

/** Objects as files that are written once, mode 0444, and never replaced: what a bucket under a lock is in AWS: 164.312(c)(1). */
export class ObjectFolder {
  /** Makes the folder, and clears away what an interrupted upload left in it. */
  constructor(private readonly folder: string) {
    rmSync(path.join(folder, DRAFTS), { recursive: true, force: true });
    for (const name of [DRAFTS, 'documents', 'recordings']) mkdirSync(path.join(folder, name), { recursive: true, mode: 0o700 });
  }

  /** Writes exactly the announced bytes under a key that holds nothing yet; anything else leaves no trace. */
  async create(key: string, content: Readable, expected: { readonly sha256: string; readonly length: number }): Promise<Stored> {
    const draft = path.join(this.folder, DRAFTS, randomBytes(16).toString('hex'));
    try {
      const written = await write(draft, content, expected.length);
      if (written?.sha256 !== expected.sha256 || written.length !== expected.length) return { kind: 'differs' };
      await chmod(draft, 0o444);
      // A hard link is refused where a name is taken; a rename is not.
      await link(draft, this.fileOf(key));
      return { kind: 'stored', version: versionOf(expected.sha256) };
    } catch (error) {
      if (isRecord(error) && error['code'] === 'EEXIST') return { kind: 'exists' };
      throw error;
    } finally {
      await rm(draft, { force: true });
    }
  }

  /**
   * Opens an object; of one version where one is named.
   *
   * @returns undefined when there is no such object, or not in that version.
   */
  async read(key: string, version: string | undefined): Promise<{ readonly length: number; readonly content: Readable } | undefined> {
    const file = this.fileOf(key);
    const found = await stat(file).catch(() => undefined);
    if (!found) return undefined;
    if (version !== undefined && version !== (await digestOf(file))) return undefined;
    return { length: found.size, content: createReadStream(file) };
  }

  private fileOf(key: string): string {
    if (!OBJECT_KEY.test(key)) throw new TypeError('An object key is a kind and an id.');
    return path.join(this.folder, key);
  }
}

function versionOf(sha256: string): string {
  return Buffer.from(sha256, 'base64').toString('hex');
}

/** @returns undefined as soon as there is more than was announced. */
async function write(draft: string, content: Readable, limit: number): Promise<{ sha256: string; length: number } | undefined> {
  const hash = createHash('sha256');
  const file = await open(draft, 'wx', 0o600);
  let length = 0;
  try {
    for await (const chunk of content.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > limit) return undefined;
      hash.update(chunk);
      await file.write(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { sha256: hash.digest('base64'), length };
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}
