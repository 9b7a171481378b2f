import { storesToBackUp, type PlanRule, type Stay } from '../../compliance/checks/backup/plans';
import { dataClassOf } from '../../compliance/kinds';
import type { Resource } from '../../compliance/model/environment';
import { coverageOf } from '../backups-of';
import type { Cell } from '../csv';
import { keyOfResource } from '../keys-of';
import type { Matrix } from '../matrix';
import { retentionOf } from '../retention-of';
import { toldOrNone } from '../told';

/** What is backed up, how often, where and for how long: 164.308(a)(7)(ii)(A). */
export const backupMatrix: Matrix = {
  name: 'backup',
  title: 'Backup: each store of record, each rule that takes it in, each vault it goes to',
  columns: [
    'store',
    'type',
    'classification',
    'plan',
    'selection',
    'schedule',
    'continuous',
    'step',
    'vault',
    'region',
    'days',
    'vault lock',
    'vault key',
  ],
  rowsOf: (environment) =>
    storesToBackUp(environment).flatMap(({ store }) => {
      const head = [store.name, store.type, toldOrNone(() => dataClassOf(store))];
      const coverage = coverageOf(environment, store);
      if (coverage.length === 0) return [[...head, 'none', ...Array<Cell>(9).fill('')]];
      return coverage.flatMap(({ plan, selection, rules }) =>
        rules.flatMap((rule) =>
          stays(rule).map(({ step, stay }) => [
            ...head,
            plan.name,
            selection.name,
            rule.schedule ?? 'daily, the default',
            rule.isContinuous,
            step,
            stay.vault?.name ?? String(stay.named),
            stay.vault?.region ?? '',
            Number.isFinite(stay.days) ? stay.days : 'for ever',
            stay.vault ? retentionOf(stay.vault) : '',
            keyOf(stay.vault),
          ]),
        ),
      );

      function keyOf(vault: Resource | undefined): string {
        return vault ? keyOfResource(environment, vault) : '';
      }
    }),
};

function stays({ made, copies }: PlanRule): readonly { readonly step: string; readonly stay: Stay }[] {
  return [{ step: 'recovery point', stay: made }, ...copies.map((stay) => ({ step: 'copy', stay }))];
}
