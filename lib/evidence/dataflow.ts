import type { Chart } from './chart';
import { jsonFile, type PackFile } from './pack-file';
import { TRUST_ZONES } from './trust-zone';

/**
 * `dataflow.json`: the pictures as data, each with its nodes and arrows; of an arrow the port, the protocol, whether it is encrypted, and
 * where that is to be seen: 164.308(a)(1)(ii)(A), 164.312(e)(1).
 */
export function dataflowFile(charts: readonly Chart[]): PackFile {
  return jsonFile('dataflow.json', {
    trustZones: TRUST_ZONES,
    pictures: charts.map(({ title, caption, nodes, edges }) => ({
      title,
      caption,
      nodes: nodes.map(({ id, lines, stack, zone }) => ({ id, lines, stack, zone })),
      edges: edges.map(({ from, to, what, port, protocol, encrypted, evidence }) => ({
        from: from.id,
        to: to.id,
        crosses: from.zone === to.zone ? undefined : `${from.zone} to ${to.zone}`,
        what,
        port,
        protocol,
        encrypted,
        evidence,
      })),
    })),
  });
}
