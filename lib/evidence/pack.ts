import { diagrams as diagramsOf } from '../compliance/diagram';
import { chartOf } from './chart';
import { checkFiles } from './check-files';
import { controlFiles, securityRuleShare, type SecurityRuleShare } from './control-files';
import { controlRowsOf } from './control-rows';
import { decisionFiles, decisionsOf } from './decisions';
import { detectionFiles, detectionsOf } from './detections';
import { junitFile } from './feeds/junit';
import { ocsfFile } from './feeds/ocsf';
import { sarifFile } from './feeds/sarif';
import { eligibleFiles } from './eligible-files';
import { fieldAccessFile } from './field-access-files';
import type { EvidenceInput } from './gather';
import { inventoryFiles } from './inventory';
import { manifestFile } from './manifest';
import { MATRICES } from './matrices/all';
import { filled, matrixFile } from './matrix';
import { assessmentResultsFile } from './oscal/assessment-results';
import { catalogFile } from './oscal/catalog';
import { componentDefinitionFile } from './oscal/component-definition';
import type { PackFile } from './pack-file';
import { dataflowFile } from './dataflow';
import { reportFile } from './report/page';
import { runtimeEvidenceFile } from './runtime-evidence';
import { verdictRowsOf } from './verdict-rows';
import { waiverFiles } from './waiver-files';
import { waiversOf } from './waivers';

/** A pack before it is written. */
export interface Pack {
  readonly files: readonly PackFile[];
  readonly share: SecurityRuleShare;
}

/** Every file of a pack. Pure: the same input gives the same bytes. */
export function packOf(input: EvidenceInput): Pack {
  const waivers = waiversOf(input);
  const rows = verdictRowsOf(input, waivers);
  const controls = controlRowsOf(input, rows);
  const matrices = MATRICES.map((matrix) => filled(matrix, input.environment));
  const decisions = decisionsOf(controls);
  const detections = detectionsOf(input.environment);
  const charts = diagramsOf(input.stacks).map((diagram) => chartOf(input.environment, diagram));
  const files = [
    ...checkFiles(rows),
    ...controlFiles(controls, rows),
    ...waiverFiles(input, waivers),
    ...inventoryFiles(input.environment),
    ...eligibleFiles(input),
    ...decisionFiles(decisions),
    ...matrices.map(matrixFile),
    ...detectionFiles(detections),
    dataflowFile(charts),
    fieldAccessFile(input.fieldAccess),
    runtimeEvidenceFile(controls),
    sarifFile(input, rows),
    junitFile(rows),
    ocsfFile(input, rows),
    catalogFile(input, controls),
    componentDefinitionFile(input, controls),
    assessmentResultsFile(input, controls, rows),
    reportFile({ input, controls, rows, waivers, decisions, detections, matrices, charts }),
  ];
  return { files: [...files, manifestFile(input, files)], share: securityRuleShare(controls) };
}
