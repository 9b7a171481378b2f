import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { packDelivery } from '../../../lib/trail/conformance-pack';

const BODY = JSON.stringify({ Resources: {} });

test('an inline pack travels in the resource', () => {
  expect(packDelivery(new Stack(new App(), 'Stack'), { body: BODY, delivery: 'inline' })).toEqual({ templateBody: BODY });
});

test('a larger pack travels as an asset, whose address is one of S3 and whose bytes are the pack', () => {
  const app = new App({ builtinCloudFormationValidation: false });
  const stack = new Stack(app, 'Stack', { env: { account: '111122223333', region: 'us-east-1' } });
  const delivered = stack.resolve(packDelivery(stack, { body: BODY, delivery: 's3' })) as { templateS3Uri: string };
  const [, hash] = /^s3:\/\/cdk-hnb659fds-assets-111122223333-us-east-1\/([0-9a-f]{64})\.json$/.exec(delivered.templateS3Uri) ?? [];
  const { directory } = app.synth();
  expect(readFileSync(join(directory, `asset.${hash}.json`), 'utf8')).toBe(BODY);
});
