import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CfnConformancePack } from 'aws-cdk-lib/aws-config';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { controlCatalogue } from '../hipaa/catalogue';
import type { ConfigRecorder } from './config-recorder';
import type { ConformancePack } from './conformance-pack-template';
import { conformancePack } from './conformance-pack-template';
import { decideConformanceRules } from './conformance-rules';

/**
 * Our own pack of AWS Config rules: every rule that a citation in force names and that can judge something here.
 * 164.308(a)(8). The rules left out, and why, stand in the metadata of the resource.
 *
 * L1 because aws-config has no L2 for it.
 */
export class HipaaConformancePack extends Construct {
  constructor(scope: Construct, id: string, { recorder }: { /** Absent when adopted. */ readonly recorder: ConfigRecorder | undefined }) {
    super(scope, id);
    const { deployed, leftOut } = decideConformanceRules(controlCatalogue());
    const pack = new CfnConformancePack(this, 'Pack', {
      conformancePackName: 'hipaa-security-baseline',
      ...packDelivery(this, conformancePack(deployed)),
    });
    pack.addMetadata('RulesLeftOut', Object.fromEntries(leftOut.map(({ name, reason }) => [name, reason])));
    // Rules are refused until a recorder with a channel runs.
    if (recorder) pack.node.addDependency(recorder.recorder, recorder.channel);
  }
}

/**
 * How the template reaches AWS Config: in the resource itself, or above the inline limit as an asset in the bucket that
 * `cdk bootstrap` made.
 */
export function packDelivery(scope: Construct, { body, delivery }: Pick<ConformancePack, 'body' | 'delivery'>): { templateBody: string } | { templateS3Uri: string } {
  if (delivery === 'inline') return { templateBody: body };
  const folder = mkdtempSync(join(tmpdir(), 'conformance-pack-'));
  try {
    const path = join(folder, 'conformance-pack.json');
    writeFileSync(path, body);
    // eslint-disable-next-line awscdk/require-passing-this -- a function, so that both deliveries can be tested apart from the catalogue
    return { templateS3Uri: new Asset(scope, 'Template', { path }).s3ObjectUrl };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
