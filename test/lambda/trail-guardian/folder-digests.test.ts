import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { folderDigests } from '../../../lambda/trail-guardian/adapters/folder-digests';
import { digestsPrefix } from '../../../lambda/trail-guardian/digest-names';
import type { DigestStore } from '../../../lambda/trail-guardian/ports';
import { PLACE } from '../../support/trail-files';

let root: string;
let copy: DigestStore;
beforeEach(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'copy-'));
  mkdirSync(path.join(root, 'copy', digestsPrefix(PLACE)), { recursive: true });
  for (const name of ['secret', 'copy/cloudtrail/log']) writeFileSync(path.join(root, name), 'x');
  copy = await folderDigests(path.join(root, 'copy'), undefined, PLACE);
});
afterEach(() => rmSync(root, { recursive: true }));

describe('a copy in a folder', () => {
  it('opens what is in it', async () => {
    const log = await copy.openLog('cloudtrail/log');
    expect(await log?.toArray()).toEqual([Buffer.from('x')]);
  });

  it.each(['../secret', 'cloudtrail/../../secret', '/etc/hostname', 'cloudtrail//log', './cloudtrail/log', 'cloudtrail/absent', 'cloudtrail/log/x'])(
    'has nothing under the name %s, whatever a digest says',
    async (key) => {
      expect(await copy.openLog(key)).toBeUndefined();
    },
  );

  it('follows no link out of it', async () => {
    symlinkSync(path.join(root, 'secret'), path.join(root, 'copy', 'cloudtrail', 'link'));
    await expect(copy.openLog('cloudtrail/link')).rejects.toThrow(/link \(ELOOP\)/);
  });
});
