import { AssemblyError, type Acceptance, type AssembledStack, type Assembly, type RecordedVerdict } from '../compliance/assembly';
import type { FieldAccess } from '../compliance/field-access';
import type { EnvironmentModel } from '../compliance/model/environment';
import type { GateResult } from '../compliance/run-checks';
import { locationsOf, type SourceLocation } from './origin';

/** Where a pack comes from. Everything in it is the same for whoever builds it from the same commit. */
export interface Provenance {
  readonly project: string;
  /** ISO time in UTC: SOURCE_DATE_EPOCH, or the commit's own date. Exceptions expire by it. */
  readonly generatedAt: string;
  readonly commit: string;
  /** Whether the working tree differed from the commit. */
  readonly isDirty: boolean;
  readonly command: string;
  /** Tool to version. */
  readonly tools: Readonly<Record<string, string>>;
}

/** Everything that a pack is made from: one environment, as it was synthesized and judged. */
export interface EvidenceInput {
  readonly environment: EnvironmentModel;
  readonly stacks: readonly AssembledStack[];
  /** What our checks said, with the population of each. */
  readonly gate: GateResult;
  /** What the published HIPAA pack said, passes included. */
  readonly packVerdicts: readonly RecordedVerdict[];
  readonly acceptances: readonly Acceptance[];
  /** Where a construct was made, as far as the validation report says. */
  readonly sources: ReadonlyMap<string, SourceLocation>;
  /** What the handlers let each role do with each field; undefined where the assembly does not say. */
  readonly fieldAccess: readonly FieldAccess[] | undefined;
  /** Context values of the synthesis. */
  readonly context: Assembly['context'];
  readonly provenance: Provenance;
}

/**
 * Takes from an assembly what is of one environment.
 *
 * @throws AssemblyError when the assembly holds no such environment or nothing of it, or the HIPAA pack has recorded nothing of it.
 */
export function gather(
  assembly: Assembly,
  environment: EnvironmentModel,
  gate: GateResult,
  fieldAccess: EvidenceInput['fieldAccess'],
  provenance: Provenance,
): EvidenceInput {
  const { name } = environment.place;
  const assembled = assembly.environments.find((each) => each.name === name);
  if (!assembled) throw new AssemblyError(`The cloud assembly holds no environment ${name}.`);
  if (environment.all.length === 0)
    throw new AssemblyError(`The cloud assembly holds no resource of ${name}. Run \`npm run synth\` again.`);
  const isOurs = ({ path }: { readonly path: string }): boolean => path.startsWith(`${name}/`);
  const packVerdicts = assembly.verdicts.filter(isOurs);
  if (packVerdicts.length === 0)
    throw new AssemblyError(`The HIPAA pack has recorded no verdict on ${name}. Run \`npm run synth\` for every environment.`);
  return {
    environment,
    stacks: assembled.stacks,
    gate,
    packVerdicts,
    acceptances: assembly.acceptances.filter(isOurs),
    sources: locationsOf(assembly.origins.filter(isOurs)),
    fieldAccess,
    context: assembly.context,
    provenance,
  };
}
