import { App, CfnResource, Stack, Stage } from 'aws-cdk-lib';
import type { IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport, PolicyViolation } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Check } from './compliance/check';
import { readEnvironmentModels } from './compliance/model/read-templates';
import { runChecks, type CheckResult, type GateResult, type JudgedFinding } from './compliance/run-checks';
import { CHECKS_PLUGIN } from './shared/accept-finding';

/** Rule name of what is wrong with an exception. */
const EXCEPTIONS_RULE = 'exceptions/are-in-order';

/**
 * Our checks at every synth, over the templates that were just written: what `npm run check` says of them later, said before anything is
 * deployed. Evidence for 164.308(a)(8).
 *
 * A finding that the register accepts is reported as an error, which the acknowledgement of the register moves to the suppressed ones.
 * Everything else is fatal, because that is what CDK lets nobody acknowledge: not past the register, not for a whole stack, and a hard
 * check not at all.
 */
export class PolicyPlugin implements IPolicyValidationPlugin {
  readonly name = CHECKS_PLUGIN;
  readonly ruleIds: string[];

  /** @param today ISO date, by which exceptions expire. @default the day of the synth */
  constructor(
    private readonly checks: readonly Check[],
    private readonly today = new Date().toISOString().slice(0, 10),
  ) {
    this.ruleIds = checks.map(({ id }) => id);
  }

  /** @throws Error when the context is of no app, or a check fails by itself; CDK fails the synth with it. */
  validate({ appConstruct }: IPolicyValidationContext): PolicyValidationPluginReport {
    if (!App.isApp(appConstruct) || !Stage.isStage(appConstruct))
      throw new Error('The checks judge an app as a whole: add the plugin to the app.');
    const results = readEnvironmentModels([appConstruct.outdir]).map((model) => runChecks(model, this.checks, this.today));
    const isClean = results.every(({ passed, results: each }) => passed && each.every(({ findings }) => findings.length === 0));
    const pathOf = isClean ? () => '' : pathsBelow(appConstruct);
    const violations = results.flatMap((result) => violationsOf(result, pathOf));
    return { success: violations.length === 0, violations };
  }
}

type PathOf = (stack: string, logicalId: string) => string;

function violationsOf({ environment, results, exceptionFaults }: GateResult, pathOf: PathOf): PolicyViolation[] {
  return [
    ...results.flatMap((result) => [
      ...unread(result, environment),
      ...result.findings.map((finding) => toViolation(result.check, finding, pathOf)),
    ]),
    ...exceptionFaults.map(({ stack, logicalId, rule, fault }) =>
      fatal(EXCEPTIONS_RULE, `The exception of ${rule} ${fault}.`, pathOf(stack, logicalId)),
    ),
  ];
}

function unread({ check, verdict }: CheckResult, environment: string): PolicyViolation[] {
  return verdict.state === 'cannotTell' ? [fatal(check.id, `Cannot tell whether ${check.claim}: ${verdict.reason}.`, environment)] : [];
}

function toViolation(check: Check, finding: JudgedFinding, pathOf: PathOf): PolicyViolation {
  const { stack, logicalId, property, value, expected, citation, accepted } = finding;
  const text = `${check.claim} (${citation}). ${[logicalId, property].filter((part) => part !== '').join(' ')}: ${value}; expected ${expected}.`;
  const fix =
    check.severity === 'fatal'
      ? 'No environment may be like this; it cannot be accepted.'
      : 'Mend it, or say with acceptFinding beside the resource why it stays.';
  return {
    ...fatal(check.id, text, pathOf(stack, logicalId)),
    severity: accepted ? 'error' : 'fatal',
    fix,
    ruleMetadata: { severity: check.severity },
  };
}

function fatal(ruleName: string, description: string, constructPath: string): PolicyViolation {
  return { ruleName, description, severity: 'fatal', violatingResources: [{ constructPath, locations: [] }] };
}

/** Construct paths by stack name and logical id; a finding about no resource stands at the stage or stack that it names. */
function pathsBelow(app: IConstruct): PathOf {
  const paths = new Map<string, string>();
  for (const construct of app.node.findAll()) {
    if (!CfnResource.isCfnResource(construct)) continue;
    const stack = Stack.of(construct);
    paths.set(`${stack.stackName}/${String(stack.resolve(construct.logicalId))}`, construct.node.path);
  }
  return (stack, logicalId) => paths.get(`${stack}/${logicalId}`) ?? stack;
}
