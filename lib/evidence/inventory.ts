import { eligibilityOf } from '../compliance/eligibility';
import { dataClassOf, tagOf } from '../compliance/kinds';
import type { EnvironmentModel, Resource } from '../compliance/model/environment';
import { plansOf } from './backups-of';
import { csvFile } from './csv';
import { keyOfResource } from './keys-of';
import { destinationsOf } from './logging-of';
import { keyOf, sortedBy } from './order';
import { jsonFile, type PackFile } from './pack-file';
import { exposureOf, tierOf } from './placing';
import { retentionOf } from './retention-of';
import { toldOrNone } from './told';

const COLUMNS = [
  'stack',
  'logicalId',
  'type',
  'service',
  'eligible',
  'classification',
  'owner',
  'encryptionKey',
  'networkTier',
  'exposure',
  'backupPlan',
  'logDestination',
  'retention',
] as const;

type InventoryRow = Readonly<Record<(typeof COLUMNS)[number], string>>;

/** `inventory.json` and `inventory.csv`: every resource, and where it stands: 164.310(d)(2)(iii), 164.308(a)(1)(ii)(A). */
export function inventoryFiles(environment: EnvironmentModel): readonly PackFile[] {
  const rows = sortedBy(
    environment.all.map((resource) => toRow(environment, resource)),
    ({ stack, logicalId }) => keyOf(stack, logicalId),
  );
  return [
    jsonFile('inventory.json', { resources: rows.length, rows }),
    csvFile(
      'inventory.csv',
      COLUMNS,
      rows.map((row) => COLUMNS.map((column) => row[column])),
    ),
  ];
}

function toRow(environment: EnvironmentModel, resource: Resource): InventoryRow {
  const { entry } = eligibilityOf(resource.type);
  return {
    stack: resource.stack,
    logicalId: resource.logicalId,
    type: resource.type,
    service: entry?.service ?? 'not on the list',
    eligible: String(entry?.hipaaEligible ?? false),
    classification: toldOrNone(() => dataClassOf(resource)) || 'not tagged',
    owner: toldOrNone(() => tagOf(resource, 'Owner')),
    encryptionKey: keyOfResource(environment, resource),
    networkTier: tierOf(environment, resource),
    exposure: exposureOf(resource),
    backupPlan: plansOf(environment, resource),
    logDestination: destinationsOf(environment, resource),
    retention: retentionOf(resource),
  };
}
