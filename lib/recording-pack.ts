import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IPolicyValidationContext, PolicyValidationPluginReport } from 'aws-cdk-lib';
import { App, Stage } from 'aws-cdk-lib';
import type { IApplyRule } from 'cdk-nag';
import { HIPAASecurityChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import type { RecordedVerdict } from './compliance/assembly';
import { CONTEXT_FILE, VERDICTS_FILE } from './compliance/assembly';

/**
 * The published HIPAA Security pack of cdk-nag, which also records what passed, so that an auditor sees the population
 * behind "no findings", and the context that the synthesis had. Acceptances do not change a row: it says what the rule itself said. "Not applicable" is not written.
 */
export class RecordingPack extends HIPAASecurityChecks {
  private rows: RecordedVerdict[] = [];

  constructor(scope: IConstruct) {
    super(scope, { verbose: true, writeSuppressionsToCloudFormation: true });
  }

  override validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    this.rows = [];
    const report = super.validate(context);
    const root = context.appConstruct;
    if (App.isApp(root) && Stage.isStage(root)) {
      writeFileSync(join(root.outdir, VERDICTS_FILE), `${JSON.stringify(this.rows, null, 1)}\n`);
      writeFileSync(join(root.outdir, CONTEXT_FILE), `${JSON.stringify(root.node.getAllContext(), null, 1)}\n`);
    }
    return report;
  }

  protected override applyRule(params: IApplyRule): void {
    const verdict = verdictOf(params);
    if (verdict) {
      this.rows.push({
        rule: `${this.packName}-${params.ruleSuffixOverride ?? params.rule.name}`,
        path: params.node.node.path,
        verdict,
        citations: [...params.info.matchAll(/164\.3\d\d(\([A-Za-z0-9]+\))+/g)].map((match) => match[0]),
      });
    }
    super.applyRule(params);
  }
}

function verdictOf(params: IApplyRule): RecordedVerdict['verdict'] | undefined {
  let result: unknown;
  try {
    result = params.rule(params.node);
  } catch {
    // A rule throws on an intrinsic it cannot read; the pack reports that as a finding of its own.
    return 'Error';
  }
  if (Array.isArray(result)) return result.length > 0 ? 'Non-Compliant' : 'Compliant';
  return result === 'Compliant' || result === 'Non-Compliant' ? result : undefined;
}
