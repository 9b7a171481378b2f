import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderReviewed, toReviewed } from '../lib/compliance/access/reviewed';
import { accessRowsOf } from '../lib/compliance/access/rows';
import { readEnvironmentModels, UNNAMED } from '../lib/compliance/model/read-templates';
import { TemplateError } from '../lib/compliance/model/template';

const USAGE = `Usage: npm run access:record [-- FOLDER]
  Writes down who may do what, as the templates in FOLDER (cdk.out unless given) say, for a reviewer to read in the diff.`;

const LIST = join(__dirname, '..', 'lib', 'compliance', 'access', 'reviewed-access.json');

const [folder = 'cdk.out', ...rest] = process.argv.slice(2);
if (folder.startsWith('-') || rest.length > 0) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  try {
    const rows = new Map(readEnvironmentModels([folder]).map((model) => [model.place.name, [...accessRowsOf(model).values()]]));
    if (rows.has(UNNAMED))
      throw new TemplateError(`${folder} holds templates of no named environment. Name a cloud assembly with all of them.`);
    const list = renderReviewed(toReviewed(rows));
    writeFileSync(LIST, list);
    const counts = [...rows].map(([name, each]) => `${name} ${each.length}`).join(', ');
    process.stdout.write(
      `Recorded who may do what (rows: ${counts}). Read the diff of lib/compliance/access/reviewed-access.json before you commit it.\n`,
    );
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    console.error(`${error.message}\n${USAGE}`);
    process.exitCode = 2;
  }
}
